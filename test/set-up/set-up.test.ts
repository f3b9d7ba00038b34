/** What the set-up of test files promises to all of them; in processes of their own, as each test file has one. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const setUp = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function print(expression: string, file: string, environment: NodeJS.ProcessEnv): string {
  const program = `import fc from 'fast-check'; await import(${JSON.stringify(setUp(file))}); console.log(${expression});`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: setUp('.'),
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

test('nothing of a user’s own runs reaches the tests', () => {
  const names = `Object.keys(process.env).filter((name) => name !== 'PATH').sort().join()`;
  const environment = {
    QUERYLOOP_HOME: '/runs',
    QUERYLOOP_STORE_URL: 'mysql://store',
    QUERYLOOP_AUTH: 'tokens:file',
    TEMPORAL_ADDRESS: 'server:7233',
    TEMPORAL_API_KEY: 'key',
    QUERYLOOP_TEMPTABQA_DIR: '/data',
    QUERYLOOP_CACHE_DIR: '/cache',
    LANG: 'C',
  };
  expect(print(names, 'own-environment.ts', environment)).toBe('LANG,QUERYLOOP_CACHE_DIR,QUERYLOOP_TEMPTABQA_DIR');
  expect(Object.keys(process.env).filter((name) => name.startsWith('TEMPORAL_'))).toEqual([]);
});

test('property tests draw the same cases each time, others when asked', () => {
  const draw = 'JSON.stringify(fc.sample(fc.integer(), 5))';
  const usual = JSON.stringify(fc.sample(fc.integer(), 5));
  expect(JSON.stringify(fc.sample(fc.integer(), 5))).toBe(usual);
  const asked = print(draw, 'property-seed.ts', { QUERYLOOP_PROPERTY_SEED: '7' });
  expect(asked).toBe(print(draw, 'property-seed.ts', { QUERYLOOP_PROPERTY_SEED: '7' }));
  expect(asked).not.toBe(print(draw, 'property-seed.ts', {}));
  expect(() => print(draw, 'property-seed.ts', { QUERYLOOP_PROPERTY_SEED: 'any' })).toThrow(
    'QUERYLOOP_PROPERTY_SEED: "any" is not a whole number of 32 bits',
  );
});
