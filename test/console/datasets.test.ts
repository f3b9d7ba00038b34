/** What the console reads of datasets, on the built-in world as the real step prepares it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, type Scores } from '@queryloop/contracts';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  readDatabase,
  readDataset,
  readDatasets,
  readQuestion,
  readQuestions,
} from '../../apps/console/src/features/datasets/read.ts';
import {
  DatasetDetail,
  DatasetSchema,
  QuestionsPage,
  QuestionsQuery,
} from '../../apps/console/src/features/datasets/schemas.ts';
import { openScoredRun, predictionOf, type ScoredRun } from './scored-run.fixture.ts';

let scored: ScoredRun;
let hash = '';
beforeAll(async () => {
  scored = await openScoredRun(ExperimentConfig.parse({ name: 'asked' }));
  hash = scored.prepared.dataset.hash;
  const { length } = scored.dataset.splits.dev.questions;
  for (const update of [0, 10]) {
    const rows = Array.from({ length }, (_, i) => predictionOf(update === 10 && i === 1));
    const scores: Scores = { n: length, correct: 1, accuracy: 0, failed: 0, errorRate: 0, ems: 0, rems: 0, byType: {} };
    const predictions = await scored.artifacts.putJson('predictions', rows);
    await scored.store.evaluations.record({ runId: 'scored', update, split: 'dev', scores, predictions, rows });
  }
});
afterAll(() => scored.close());

test('datasets are listed with their runs', async () => {
  const { items, total } = await readDatasets(scored.store);
  expect(total).toBe(1);
  expect(items[0]).toMatchObject({ hash, runs: 1, questions: scored.prepared.questions });
  const detail = DatasetDetail.parse(await readDataset(scored.store, scored.artifacts, hash));
  expect(detail.usedBy).toMatchObject([{ id: 'scored', name: 'asked', status: 'running' }]);
  const [train] = detail.splits;
  expect(train?.types.reduce((sum, { questions }) => sum + questions, 0)).toBe(train?.questions);
  expect(train?.prompts).toBeLessThan(train?.questions ?? 0);
  await expect(readDataset(scored.store, scored.artifacts, 'f'.repeat(64))).rejects.toMatchObject({ status: 404 });
});

test('questions show which of their words are values, and are filtered and sorted', async () => {
  const read = async (query: object) =>
    QuestionsPage.parse(await readQuestions(scored.store, scored.artifacts, hash, QuestionsQuery.parse(query)));
  const page = await read({ limit: 500 });
  expect(page.total).toBe(scored.prepared.questions['dev']);
  for (const { question, spans, prompt } of page.items)
    for (const { start, end, placeholder } of spans) {
      expect(question.slice(start, end).trim()).toBe(question.slice(start, end));
      expect(prompt).toContain(`{${placeholder}}`);
    }
  const [first, second] = page.items;
  expect([first?.asked, first?.correct, second?.asked, second?.correct]).toEqual([1, 0, 1, 1]);
  const best = await read({ sort: 'accuracy', descending: 'true', limit: 1 });
  expect(best.items[0]?.position).toBe(1);
  const typed = await read({ type: first?.type, text: first?.question.toUpperCase() });
  expect(typed.items.map(({ position }) => position)).toContain(0);
  expect((await read({ linked: 'unlinked' })).items.every(({ spans }) => spans.length === 0)).toBe(true);
  expect((await read({ split: 'train', offset: 3, limit: 2 })).items.map(({ position }) => position)).toEqual([3, 4]);
});

test('a question tells what every run answered', async () => {
  const { question, runs } = await readQuestion(scored.store, scored.artifacts, hash, 'dev', 1);
  expect(question.position).toBe(1);
  expect(runs).toMatchObject([
    {
      runId: 'scored',
      answers: [
        { update: 0, correct: false },
        { update: 10, correct: true },
      ],
    },
  ]);
  await expect(readQuestion(scored.store, scored.artifacts, hash, 'dev', 1e6)).rejects.toMatchObject({ status: 404 });
});

test('the database is described; when it is lost, that is said', async () => {
  const empty = openLocalArtifactStore(join(tmpdir(), 'queryloop-nothing-here'));
  await expect(readDatabase(scored.store, empty, hash, 'train')).rejects.toMatchObject({
    status: 404,
    message: expect.stringMatching(/^the database artifact \w+ is not there/),
    hint: expect.stringContaining('resume the run'),
  });
  const schema = DatasetSchema.parse(await readDatabase(scored.store, scored.artifacts, hash, 'train'));
  expect(schema.tables.map(({ name }) => name)).toEqual([
    'Athlete',
    'PersonalInformation',
    'Tournament',
    'Format',
    'Medal',
  ]);
  const type = schema.tables[4]?.columns.find(({ name }) => name === 'type');
  expect(type?.samples.toSorted()).toEqual(['MedalBronze', 'MedalGold', 'MedalSilver']);
});
