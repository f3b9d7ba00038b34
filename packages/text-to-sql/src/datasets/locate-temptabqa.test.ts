import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { benchmarkFolder } from './benchmark-folder.fixture.ts';
import { locateTemptabqa } from './locate-temptabqa.ts';
import { findSplitFile, temptabqaSplits } from './splits.ts';

let cacheFolder: string;
beforeEach(() => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'locate-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(cacheFolder, { recursive: true });
});

const { signal } = new AbortController();

const needsBenchmark = test.skipIf(benchmarkFolder === null);

needsBenchmark('the recorded checksums are those of the files', () => {
  const folder = benchmarkFolder ?? '';
  for (const split of Object.values(temptabqaSplits).filter(({ sha256 }) => sha256 !== undefined)) {
    const content = readFileSync(findSplitFile(folder, split) ?? '');
    expect(createHash('sha256').update(content).digest('hex'), split.file).toBe(split.sha256);
  }
});

test('the named folder is used, and must exist', async () => {
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', cacheFolder);
  expect(await locateTemptabqa({ cacheFolder, signal })).toBe(cacheFolder);
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', join(cacheFolder, 'none'));
  await expect(locateTemptabqa({ cacheFolder, signal })).rejects.toThrow(UserError);
});

needsBenchmark('downloads once, checks the sums and then reads the cache', async () => {
  const source = benchmarkFolder ?? '';
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', '');
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    fetched.push(url);
    const split = Object.values(temptabqaSplits).find(({ file }) => url.endsWith(`/${file}`));
    return new Response(readFileSync((split && findSplitFile(source, split)) ?? ''));
  });
  const folder = await locateTemptabqa({ cacheFolder, signal, splits: ['dev', 'Original'] });
  expect(fetched).toHaveLength(2);
  expect(await locateTemptabqa({ cacheFolder, signal, splits: ['dev', 'Original'] })).toBe(folder);
  expect(fetched).toHaveLength(2);
});

test('an altered download is refused, and no network gives null', async () => {
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', '');
  vi.stubGlobal('fetch', async () => new Response('Questions\tAnswers\tContext\n'));
  await expect(locateTemptabqa({ cacheFolder, signal })).rejects.toThrow(/SHA-256/);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  expect(await locateTemptabqa({ cacheFolder, signal })).toBeNull();
  vi.stubGlobal('fetch', async () => new Response('Not found', { status: 404 }));
  expect(await locateTemptabqa({ cacheFolder, signal })).toBeNull();
});
