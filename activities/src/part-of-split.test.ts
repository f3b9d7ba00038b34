/** dataset.devQuestions and testQuestions: the same part of a split for every run, and nothing else changed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, prepareDatasetInput } from '@queryloop/contracts';
import { afterAll, expect, it } from 'vitest';
import { loadDataset } from './dataset-artifact.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { contextIn } from './step-context.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-part-'));
const context = contextIn(folder);
afterAll(() => rmSync(folder, { recursive: true }));

async function prepared(dataset: Record<string, unknown>, seed = 1) {
  const config = ExperimentConfig.parse({ seed, dataset: { name: 'built-in-world', ...dataset } });
  const { dataset: stored, questions } = await prepareDataset(prepareDatasetInput(config), context);
  return { stored, questions, splits: (await loadDataset(stored, context)).splits };
}

it('asks as many questions as it says, in their order, of every run the same', async () => {
  const all = await prepared({});
  const some = await prepared({ devQuestions: 20, testQuestions: 9 });
  expect(some.questions).toEqual({ ...all.questions, dev: 20, test: 9 });
  expect(some.splits.train).toEqual(all.splits.train);
  for (const role of ['dev', 'test'] as const) {
    const places = some.splits[role].questions.map(({ id }) =>
      all.splits[role].questions.findIndex((q) => q.id === id),
    );
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    // not simply the first
    expect(places.at(-1)).toBeGreaterThan(places.length);
  }
  expect((await prepared({ devQuestions: 20, testQuestions: 9 }, 2)).stored).toEqual(some.stored);
  expect((await prepared({ devQuestions: 100_000 })).stored).toEqual(all.stored);
});
