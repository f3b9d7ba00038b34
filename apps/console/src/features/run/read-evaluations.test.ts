/** Where comparators disagree, as the evaluations tab asks for it. */
import { ExperimentConfig, type Prediction } from '@queryloop/contracts';
import { openBench } from '@queryloop/worker/open-bench.fixture';
import { beforeAll, expect, test } from 'vitest';
import { EvaluationAgreement, PredictionsPage, PredictionsQuery } from './evaluation-schemas.ts';
import {
  exportPredictions,
  predictionsCsv,
  readAgreement,
  readEvaluations,
  readPredictions,
} from './read-evaluations.ts';

const bench = openBench();
let scored = '';
let older = '';

const asked = (question: string, correct: boolean, scores?: Prediction['scores']): Prediction => ({
  ...{ question, type: 'count', answer: '1', sql: 'SELECT 1', outcome: 'ok', result: '1', correct, failed: false },
  ...(scores && { scores }),
});
const broad = { exact: 0, ems: 1, rems: 1, soft_f1: 0.5 };
const right = { exact: 1, ems: 1, rems: 1, soft_f1: 1 };

beforeAll(async () => {
  const { store } = bench();
  await store.runs.create({ id: 'run', config: ExperimentConfig.parse({ name: 'compared' }) });
  const scores = { n: 3, correct: 1, accuracy: 1 / 3, failed: 0, errorRate: 0, ems: 1, rems: 1, byType: {} };
  const at = { runId: 'run', scores, predictions: { kind: 'predictions', hash: 'a'.repeat(64), bytes: 1 } } as const;
  older = await store.evaluations.record({ ...at, split: 'dev', update: 0, rows: [asked('old', true)] });
  scored = await store.evaluations.record({
    ...at,
    split: 'dev',
    update: 10,
    rows: [asked('broad 1', false, broad), asked('right', true, right), asked('broad 2', false, broad)],
  });
});

const read = async (evaluation: string, query: object) =>
  PredictionsPage.parse(await readPredictions(bench().store, 'run', evaluation, PredictionsQuery.parse(query)));

test('agreement is counted over the queries of an evaluation', async () => {
  const agreement = EvaluationAgreement.parse(await readAgreement(bench().store, 'run', scored));
  expect(agreement.n).toBe(3);
  expect(agreement.comparators.map(({ name, accepted }) => [name, accepted])).toEqual([
    ['exact', 1],
    ['ems', 3],
    ['rems', 3],
    ['soft_f1', 1],
  ]);
  expect(agreement.pairs).toContainEqual({
    left: 'exact',
    right: 'ems',
    both: 1,
    leftOnly: 0,
    rightOnly: 2,
    neither: 0,
  });
  await expect(readAgreement(bench().store, 'run', 'nothing')).rejects.toMatchObject({ status: 404 });
});

test('queries are narrowed to those two comparators disagree about, in pages, whichever comes first', async () => {
  for (const between of ['exact,ems', 'ems,exact']) {
    const page = await read(scored, { between, offset: 1, limit: 1 });
    expect(page).toMatchObject({ total: 2, counts: { correct: 1, wrong: 2 } });
    expect(page.items).toMatchObject([{ position: 2, question: 'broad 2', scores: broad }]);
  }
  expect((await read(scored, { between: 'exact,soft_f1' })).total).toBe(0);
  expect((await read(scored, { between: 'exact,ems', judgement: 'correct' })).total).toBe(0);
  for (const between of ['exact', 'exact,emms', 'exact,ems,rems', ''])
    expect(PredictionsQuery.safeParse({ between }).success).toBe(false);
});

test('evaluations of earlier versions have no scores, and nothing to disagree about', async () => {
  const { store } = bench();
  expect(await readAgreement(store, 'run', older)).toEqual({ n: 0, comparators: [], pairs: [] });
  expect((await read(older, {})).items).toMatchObject([{ question: 'old', scores: null }]);
  expect((await read(older, { between: 'exact,ems' })).total).toBe(0);
  expect((await readEvaluations(store, 'run')).items).toHaveLength(2);
});

test('a file has a column for each comparator, empty where its score is not known', async () => {
  const [head, row] = predictionsCsv(await exportPredictions(bench().store, 'run', scored, {})).split('\r\n');
  expect(head?.split(',').slice(8)).toEqual(['exact', 'ems', 'rems', 'bird_ex', 'test_suite', 'spider2', 'soft_f1']);
  expect(row?.split(',').slice(8)).toEqual(['0', '1', '1', '', '', '', '0.5']);
});
