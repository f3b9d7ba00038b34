/** What the store must do on every database; the tests of SQLite and MariaDB run it. */
import { ExperimentConfig, type Prediction, type Scores } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';

const config = ExperimentConfig.parse({ name: 'tried', seed: 3 });
const scores: Scores = {
  n: 2,
  correct: 1,
  accuracy: 0.5,
  failed: 1,
  errorRate: 0.5,
  ems: 0.5,
  rems: 0.75,
  byType: { count: { n: 2, correct: 1, failed: 1 } },
};
const row = (question: string, correct: boolean): Prediction => ({
  question,
  type: 'count',
  answer: 'Ólafur “O’Neil” 🏃',
  sql: `SELECT '${'x'.repeat(500)}'`,
  outcome: correct ? 'ok' : 'syntax error',
  result: '',
  correct,
  failed: !correct,
});
const reference = <Kind extends 'predictions' | 'rollout' | 'rewards' | 'checkpoint' | 'dataset'>(
  kind: Kind,
  digit: string,
) => ({
  kind,
  hash: digit.repeat(64),
  bytes: 12,
});

/** Registers the tests; `url` is asked for once, when they begin. */
export function storeContract(folder: string, url: () => string | undefined): void {
  let store: Store;
  const open = () => openStore({ folder, url: url() });
  beforeAll(async () => {
    store = await open();
    await store.runs.create({ id: 'run', config });
  });
  afterAll(() => store.close());

  test('two openings at once of a new store both succeed, and the second finds what the first wrote', async () => {
    const other = await open();
    expect((await other.runs.get('run'))?.config).toEqual(config);
    await other.close();
  });

  test('a run is made once, lists newest first, and ends with its error', async () => {
    await store.runs.create({ id: 'run', config });
    await store.runs.create({ id: 'other', config: { ...config, seed: 4 } });
    await store.notes.tag('other', 'kept');
    await store.notes.tag('other', 'kept');
    await store.runs.setStatus('other', 'failed', { error: 'disk full' });
    expect((await store.runs.list()).map(({ id, seed }) => [id, seed])).toEqual([
      ['other', 4],
      ['run', 3],
    ]);
    expect(await store.runs.list({ tag: 'kept' })).toMatchObject([
      { id: 'other', status: 'failed', error: 'disk full', tags: ['kept'] },
    ]);
    expect(await store.runs.list({ status: 'finished' })).toEqual([]);
    expect(await store.runs.get('nowhere')).toBeNull();
  });

  test('metrics are one point for each run, update and name, however often a step is repeated', async () => {
    await store.metrics.record('run', 1, { reward: 0.25, Reward: 1, loss: -1e-9 });
    await Promise.all([
      store.metrics.record('run', 1, { reward: 0.5 }),
      store.metrics.record('run', 1, { reward: 0.5 }),
    ]);
    await store.metrics.record('run', 2, { reward: 0.75 });
    expect(await store.metrics.at('run', 1)).toEqual({ reward: 0.5, Reward: 1, loss: -1e-9 });
    expect(await store.metrics.series('run', 'reward')).toEqual([
      { update: 1, value: 0.5 },
      { update: 2, value: 0.75 },
    ]);
    expect(await store.metrics.series('run', 'reward', 1)).toEqual([{ update: 2, value: 0.75 }]);
    expect(await store.metrics.names('run')).toEqual(['Reward', 'loss', 'reward']);
  });

  test.each([Number.NaN, Infinity])(
    'a metric that is %s is refused by name, and none of its update is kept',
    async (value) => {
      await expect(store.metrics.record('run', 9, { fine: 1, loss: value })).rejects.toThrow(
        `metric loss of run run is ${value} at update 9`,
      );
      expect(await store.metrics.at('run', 9)).toEqual({});
    },
  );

  test('an evaluation recorded again keeps its id and replaces its predictions', async () => {
    const evaluation = {
      runId: 'run',
      update: 0,
      split: 'test',
      scores,
      predictions: reference('predictions', 'a'),
    } as const;
    const id = await store.evaluations.record({
      ...evaluation,
      rows: [row('first', true), row('second', false), row('third', true)],
    });
    const rows = [row('first', true), row('second', false)];
    expect(await store.evaluations.record({ ...evaluation, rows })).toBe(id);
    expect(await store.evaluations.predictions(id)).toEqual(rows);
    const { runId: _, ...stored } = evaluation;
    expect(await store.evaluations.list('run')).toEqual([{ id, ...stored }]);

    const finalId = await store.evaluations.record({ ...evaluation, update: 5, rows });
    const comparison = { baseId: id, finalId, points: 31.5, ci95: [27, 36.1], mcnemarP: 1e-20 } as const;
    await store.comparisons.record('run', { ...comparison, ci95: [0, 0] });
    await store.comparisons.record('run', { ...comparison, ci95: [27, 36.1] });
    expect(await store.comparisons.list('run')).toEqual([comparison]);
  });

  test('steps, rollouts, checkpoints, datasets, attempts and notes come back as they were given', async () => {
    const step = { update: 1, name: 'updatePolicy', seconds: 1.5, output: { policy: { update: 1 } } };
    await store.steps.record('run', { ...step, seconds: 9 });
    await store.steps.record('run', step);
    expect(await store.steps.list('run')).toEqual([step]);

    const rollout = {
      update: 1,
      rollout: reference('rollout', 'b'),
      rewards: reference('rewards', 'c'),
      summary: { reward: 0.5 },
    };
    await store.rollouts.record('run', rollout);
    expect(await store.rollouts.list('run')).toEqual([rollout]);

    const checkpoint = { update: 25, checkpoint: reference('checkpoint', 'd') };
    await store.checkpoints.record('run', checkpoint);
    expect(await store.checkpoints.list('run')).toEqual([checkpoint]);

    const dataset = { dataset: reference('dataset', 'e'), label: 'TEMPTABQA-C', questions: { test: 578 } };
    await store.datasets.record(dataset);
    await store.runs.setDataset('run', dataset.dataset.hash);
    expect(await store.datasets.get(dataset.dataset.hash)).toEqual(dataset);

    expect(await store.attempts.begin('run')).toBe(1);
    await store.attempts.end('run', 1, 'killed');
    expect(await store.attempts.begin('run')).toBe(2);
    expect(await store.attempts.list('run')).toMatchObject([
      { number: 1, outcome: 'killed', processId: process.pid },
      { number: 2, endedAt: null },
    ]);

    const note = await store.notes.add('run', 'look at update 25');
    expect(await store.notes.list('run')).toMatchObject([{ id: note, text: 'look at update 25' }]);
    await store.notes.remove(note);
    expect(await store.notes.list('run')).toEqual([]);
  });

  test('a run that is not there cannot be given metrics', async () => {
    await expect(store.metrics.record('nowhere', 1, { reward: 1 })).rejects.toThrow();
  });
}
