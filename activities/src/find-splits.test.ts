/** Which splits can be had: of a folder of the benchmark, of none, of the built-in world, and names that are no splits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetConfig, type StepContext } from '@queryloop/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findSplits } from './find-splits.ts';

let folder: string;
let context: StepContext;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-splits-'));
  context = {
    cacheFolder: folder,
    signal: new AbortController().signal,
    progress: () => undefined,
    artifacts: {} as StepContext['artifacts'], // nothing is stored
  };
  for (const name of ['train_set', 'dev_set', 'Original', 'Easy'])
    writeFileSync(join(folder, `${name}.tsv`), 'Questions\tAnswers\tContext\n');
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

const benchmark = DatasetConfig.parse({});

test('a split of the benchmark whose file is not there is missing, one by its path must be there', async () => {
  expect(await findSplits(benchmark, ['Easy', 'Hard', 'Original'], context)).toEqual([
    { split: 'Easy', missing: null },
    { split: 'Hard', missing: 'no file Hard.tsv' },
    { split: 'Original', missing: null },
  ]);
  expect(await findSplits(benchmark, [join(folder, 'Easy.tsv')], context)).toMatchObject([{ missing: null }]);
  await expect(findSplits(benchmark, [join(folder, 'none.tsv')], context)).rejects.toThrow('No such file');
});

test('a name that is no split is a mistake', async () => {
  for (const name of ['Orginal', 'constructor', ''])
    await expect(findSplits(benchmark, ['Easy', name], context)).rejects.toThrow(`Unknown split "${name}"`);
  const world = DatasetConfig.parse({ name: 'built-in-world' });
  expect(await findSplits(world, ['test'], context)).toEqual([{ split: 'test', missing: null }]);
  await expect(findSplits(world, ['Easy'], context)).rejects.toThrow('the built-in world has no split "Easy"');
});

test('without files and network nothing stands in for the benchmark', async () => {
  vi.stubEnv('QUERYLOOP_TEMPTABQA_DIR', '');
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  await expect(findSplits(benchmark, ['Original'], context)).rejects.toThrow('TEMPTABQA-C cannot be had here');
  // The files of train, dev and the test split of the experiment lie elsewhere; only named splits need the benchmark.
  const own = join(folder, 'Easy.tsv');
  const elsewhere = { ...benchmark, train: own, dev: own, test: own };
  expect(await findSplits(elsewhere, ['Hard', own], context)).toEqual([
    { split: 'Hard', missing: 'Hard.tsv cannot be had' },
    { split: own, missing: null },
  ]);
});
