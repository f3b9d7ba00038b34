/** The content policy: what it lets in, and that it still fits what is installed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './headers.ts';

const directives = (policy: string): Map<string, string> =>
  new Map(policy.split('; ').map((each) => [each.split(' ')[0] as string, each.split(' ').slice(1).join(' ')]));

test('scripts need the nonce of the answer; nothing is evaluated, framed or sent elsewhere', () => {
  const policy = directives(contentSecurityPolicy('abc'));
  expect(policy.get('script-src')).toBe("'self' 'nonce-abc' 'strict-dynamic'");
  expect(policy.get('style-src')).not.toContain('unsafe-inline');
  for (const name of ['object-src', 'base-uri', 'frame-ancestors', 'script-src-attr'])
    expect([name, policy.get(name)]).toEqual([name, "'none'"]);
  for (const name of ['default-src', 'form-action', 'connect-src']) expect(policy.get(name)).toBe("'self'");
});

test('only in development may text become code', () => {
  expect(contentSecurityPolicy('abc', { development: true })).toContain('unsafe-eval');
  expect(contentSecurityPolicy('abc')).not.toContain('unsafe-eval');
});

test('the styles of the installed sonner are those that are let in', () => {
  const folder = dirname(createRequire(import.meta.url).resolve('sonner'));
  const [, text] = /__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(readFileSync(join(folder, 'index.mjs'), 'utf8')) ?? [];
  const hash = createHash('sha256')
    .update(JSON.parse(text as string) as string)
    .digest('base64');
  expect(contentSecurityPolicy('abc')).toContain(`'sha256-${hash}'`);
});
