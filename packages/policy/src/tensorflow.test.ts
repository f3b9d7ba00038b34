/** Engine loading where the native library is missing: a clear refusal, or WebAssembly when asked for, with the same results. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { engineInfo, loadTensorflow } from './tensorflow.ts';
import { goldenFolder } from './test-policy.ts';

const withoutNative = `
  const { Module } = require('node:module');
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    if (request === '@tensorflow/tfjs-node') throw new Error('no native library here');
    return resolve.call(this, request, ...rest);
  };`;

const script = `
  import { engineInfo, Policy } from ${JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)))};
  const refusal = await Policy.load(${JSON.stringify(goldenFolder)}).catch((error) => error);
  const policy = await Policy.load(${JSON.stringify(goldenFolder)}, { allowWasm: true });
  const generated = await policy.generate({ groups: [{ promptIds: [372, 381], samples: 2, key: [1] }], maxTokens: 4, temperature: 1, topP: 0.9, seedKey: [1] });
  const result = { refusal: refusal.message, hint: refusal.hint, engine: engineInfo(), scores: await policy.score([372, 381, 426, 496]), generated };
  console.log(JSON.stringify(result));`;

it('says how to mend a missing native library, and evaluates on wasm', async () => {
  const bootstrap = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});${withoutNative}`)}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    bootstrap,
    '--input-type=module',
    '--eval',
    script,
  ]);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(result.refusal).toContain('no native library here');
  expect(result.hint).toContain('npm run setup');
  expect(result.engine).toEqual({ backend: 'wasm', threads: 1, libtensorflow: null });
  [-8.38532, -9.712878, -8.495144].forEach((expected, i) => expect(result.scores[i]).toBeCloseTo(expected, 3));
  expect(result.generated[0].completions).toHaveLength(2);
});

it('refuses another thread count in a process that already runs', async () => {
  await loadTensorflow({ threads: 2 });
  expect(engineInfo()).toMatchObject({ backend: 'tensorflow', threads: 2 });
  await expect(loadTensorflow({ threads: 3 })).rejects.toThrow('already runs with 2 threads');
});
