/** The cache is where the user says, else where this system keeps caches. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cacheFolder } from './cache-folder.mjs';

afterEach(() => vi.unstubAllEnvs());

test('QUERYLOOP_CACHE_DIR goes before XDG_CACHE_HOME, which goes before the system', () => {
  vi.stubEnv('XDG_CACHE_HOME', '/x');
  vi.stubEnv('QUERYLOOP_CACHE_DIR', '/own');
  expect(cacheFolder()).toBe('/own');
  vi.stubEnv('QUERYLOOP_CACHE_DIR', '');
  expect(cacheFolder()).toBe(join('/x', 'queryloop'));
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(cacheFolder().startsWith(homedir())).toBe(true);
});
