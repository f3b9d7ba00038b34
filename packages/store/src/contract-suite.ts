/** What the store must do on every database; the tests of SQLite and MariaDB run it. */
import {
  type ArtifactKind,
  ExperimentConfig,
  type Metrics,
  type Prediction,
  type Scores,
  SweepConfig,
  type SweepResult,
} from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';
import { configAt, type StoredRun } from './repositories/stored-run.ts';

const config = ExperimentConfig.parse({ name: 'tried', seed: 3 });
const scores: Scores = {
  n: 2,
  correct: 1,
  accuracy: 0.5,
  failed: 1,
  errorRate: 0.5,
  ems: 0.5,
  rems: 0.75,
  comparators: { exact: 0.5, soft_f1: 1 / 3 },
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
  scores: { exact: Number(correct), soft_f1: 1 / 3 },
});
/** As earlier versions recorded it. */
const withoutScores = ({ scores: _, ...older }: Prediction): Prediction => older;
const reference = <Kind extends ArtifactKind>(kind: Kind, digit: string) => ({
  kind,
  hash: digit.repeat(64),
  bytes: 12,
});

const predictions = reference('predictions', 'a');

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
    await expect(store.runs.setStatus('nowhere', 'failed')).rejects.toThrow('run nowhere is not in the store');
  });

  test('a run that has ended stays as it ended until it is restarted', async () => {
    await store.runs.create({ id: 'ending', config });
    await store.runs.setStatus('ending', 'paused');
    expect(await store.runs.get('ending')).toMatchObject({ status: 'paused', finishedAt: null });
    await store.runs.setStatus('ending', 'failed', { error: 'first' });
    const failed = await store.runs.get('ending');
    expect(failed?.finishedAt).toBeInstanceOf(Date);
    await store.runs.setStatus('ending', 'running');
    await store.runs.setStatus('ending', 'cancelled', { error: 'second' });
    await store.runs.create({ id: 'ending', config });
    expect(await store.runs.get('ending')).toEqual(failed);
    await store.runs.restart('ending', { config, update: null, changes: [] });
    expect(await store.runs.get('ending')).toMatchObject({ status: 'running', error: null, finishedAt: null });
  });

  test('a restarted run has its new config, the changes, and nothing after the place it goes on from', async () => {
    const at = (updates: number): ExperimentConfig => ({ ...config, grpo: { ...config.grpo, updates } });
    await store.runs.create({ id: 'changing', config: at(5) });
    for (const update of [0, 1, 2, 3]) {
      await store.metrics.record('changing', update, { reward: update });
      await store.steps.record('changing', { update, name: 'updatePolicy', seconds: 1, output: {} });
      await store.evaluations.record({
        runId: 'changing',
        update,
        split: 'dev',
        scores,
        predictions,
        rows: [row('q', true)],
      });
      await store.rollouts.record('changing', { update, parts: [], gradients: [], summary: {} });
      await store.checkpoints.record('changing', { update, checkpoint: reference('checkpoint', '7') });
    }
    const change = { field: 'grpo.updates', from: 5, to: 9 };
    for (const changes of [[change], []]) await store.runs.restart('changing', { config: at(9), update: 2, changes });
    const run = await store.runs.get('changing');
    expect(run).toMatchObject({ config: at(9), changes: [{ ...change, update: 2 }] });
    expect(configAt(run as StoredRun, 2)).toEqual(at(5));
    expect(configAt(run as StoredRun, 3)).toEqual(at(9));
    expect(await store.metrics.series('changing', 'reward')).toHaveLength(3);
    for (const rows of [store.steps, store.evaluations, store.rollouts, store.checkpoints])
      expect((await rows.list('changing')).map(({ update }) => update)).toEqual([0, 1, 2]);

    const back = { field: 'grpo.updates', from: 9, to: 7 };
    await store.runs.restart('changing', { config: at(7), update: 1, changes: [back] });
    const again = (await store.runs.get('changing')) as StoredRun;
    expect(again.changes).toMatchObject([
      { ...change, update: 1 },
      { ...back, update: 1 },
    ]);
    expect([configAt(again, 1), configAt(again, 2)]).toEqual([at(5), at(7)]);
  });

  test('a branch has the rows of its parent up to the update they share, and is made once', async () => {
    await store.runs.create({ id: 'trunk', config });
    for (const update of [0, 1, 2]) {
      await store.metrics.record('trunk', update, { reward: update / 3, loss: 1e-17 * update });
      await store.checkpoints.record('trunk', { update, checkpoint: reference('checkpoint', `${update}`) });
      await store.steps.record('trunk', {
        update,
        name: 'updatePolicy',
        seconds: 1.5,
        output: { update },
        attempts: 2,
      });
      for (const split of ['dev', 'test'] as const)
        await store.evaluations.record({
          runId: 'trunk',
          update,
          split,
          scores,
          predictions,
          rows: [row(`${split} ${update}`, true)],
        });
    }
    await store.steps.record('trunk', { update: 1, name: 'evaluatePolicy:test', seconds: 1, output: {} });
    const change = { update: 1, field: 'name', from: 'tried', to: 'branched' };
    const branched = { id: 'branch', config: { ...config, name: 'branched' } };
    for (let time = 0; time < 2; time++)
      await store.runs.branch(branched, { parent: { runId: 'trunk', update: 1 }, changes: [change] });
    expect(await store.runs.get('branch')).toMatchObject({
      name: 'branched',
      parent: { runId: 'trunk', update: 1 },
      changes: [change],
    });
    for (const update of [0, 1])
      expect(await store.metrics.at('branch', update)).toEqual(await store.metrics.at('trunk', update));
    expect(await store.metrics.at('branch', 2)).toEqual({});
    const expected = (await store.steps.list('trunk')).filter(
      ({ name, update }) => update < 2 && name === 'updatePolicy',
    );
    expect(await store.steps.list('branch')).toEqual(expected.map((step) => ({ ...step, reused: true })));
    expect((await store.checkpoints.list('branch')).map(({ update }) => update)).toEqual([0, 1]);
    const evaluations = await store.evaluations.list('branch');
    expect(evaluations.map(({ update, split }) => [update, split])).toEqual([
      [0, 'dev'],
      [0, 'test'],
      [1, 'dev'],
    ]);
    expect(await store.evaluations.predictions(evaluations[2]?.id ?? '')).toEqual([row('dev 1', true)]);
  });

  test('a snapshot is let go once nobody keeps it: not while another run or a result has it', async () => {
    const snapshot = (digit: string) => reference('checkpoint', digit);
    const record = (id: string, update: number, digit: string) =>
      store.checkpoints.record(id, { update, checkpoint: snapshot(digit) });
    for (const id of ['pruning', 'sharing']) await store.runs.create({ id, config });
    for (const [update, digit] of ['0', '1', '2', '3', '4', '5'].entries()) await record('pruning', update, `${digit}`);
    await record('sharing', 3, '3');
    const unneeded = async (id: string, keepLast: number, keep: string[]) => {
      const pruned = await store.checkpoints.prune(id, { keepLast, keep: keep.map(snapshot) });
      return [pruned.unneeded.map(({ hash }) => hash[0]), pruned.before];
    };
    // From here digits 1 to 4 are also those of the branch's and the restarted run's snapshots, which are kept.
    for (const id of ['trunk', 'branch', 'changing'])
      for (const { update } of await store.checkpoints.list(id)) await record(id, update, 'f');
    expect(await unneeded('pruning', 9, [])).toEqual([[], 0]);
    expect(await unneeded('pruning', 2, ['1'])).toEqual([['2'], 4]);
    // Once more, as the process may have died before it deleted them.
    expect(await unneeded('pruning', 2, ['1'])).toEqual([['2'], 4]);
    const marked = (await store.checkpoints.list('pruning')).filter(({ prunedAt }) => prunedAt !== null);
    expect(marked.map(({ update }) => update)).toEqual([2, 3]);
    await record('sharing', 4, '9');
    expect(await unneeded('sharing', 1, [])).toEqual([['3'], 4]);
    await record('sharing', 3, '3');
    expect((await store.checkpoints.list('sharing'))[0]?.prunedAt).toBeNull();
  });

  test('gradients are let go up to an update, once, unless another run has to replay them', async () => {
    const gradients = (digit: string) => [reference('gradient', digit)];
    for (const id of ['summing', 'replaying']) await store.runs.create({ id, config });
    for (const update of [1, 2, 3])
      await store.rollouts.record('summing', { update, parts: [], gradients: gradients(`${update}`), summary: {} });
    await store.rollouts.record('replaying', { update: 2, parts: [], gradients: gradients('2'), summary: {} });
    const pruned = await store.rollouts.pruneGradients('summing', 2);
    expect(pruned).toEqual({ updates: [1, 2], unneeded: gradients('1'), needed: new Set(['2'.repeat(64)]) });
    expect(await store.rollouts.pruneGradients('summing', 2)).toEqual(pruned);
    expect((await store.rollouts.pruneGradients('summing', 3)).updates).toEqual([1, 2, 3]);
    expect((await store.rollouts.pruneGradients('summing', 3)).updates).toEqual([3]);
    expect((await store.rollouts.pruneGradients('replaying', 2)).unneeded).toEqual(gradients('2'));
  });

  test('a sweep keeps its trials, ends once, and goes on with new settings', async () => {
    const settings = SweepConfig.parse({ name: 'rates', experiment: 'smoke.yaml' });
    const trials = [{ id: 't1', parameters: { 'grpo.beta': 0.1 }, config }];
    const result: SweepResult = {
      sweepId: 'rates',
      runs: [],
      decisions: [],
      spent: { updates: 1, tokens: 2, hours: 0.5 },
      exhausted: null,
      best: null,
    };
    await store.sweeps.start({ id: 'rates', settings, trials });
    await store.runs.create({ id: 'rates-1', config, sweepId: 'rates' });
    expect((await store.runs.list({ sweepId: 'rates' })).map(({ id }) => id)).toEqual(['rates-1']);
    await store.sweeps.finish('rates', 'finished', result);
    await store.sweeps.finish('rates', 'failed', { ...result, exhausted: 'hours' });
    const finished = await store.sweeps.get('rates');
    expect(finished).toMatchObject({ name: 'rates', settings, trials, status: 'finished', result });
    expect(await store.sweeps.list()).toEqual([finished]);
    await store.sweeps.start({ id: 'rates', settings: { ...settings, seeds: [1, 2] }, trials });
    expect(await store.sweeps.get('rates')).toMatchObject({
      status: 'running',
      result: null,
      settings: { seeds: [1, 2] },
    });
    expect(await store.sweeps.get('nowhere')).toBeNull();
  });

  test('attempts that begin at the same moment have numbers of their own', async () => {
    await store.runs.create({ id: 'crowded', config });
    const other = await open();
    const numbers = await Promise.all([store, other, store, other].map(({ attempts }) => attempts.begin('crowded')));
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4]);
    await other.close();
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
    expect(await store.metrics.sum('run', 'reward', 1)).toBe(0.5);
    expect(await store.metrics.sum('run', 'reward', 9)).toBe(1.25);
    expect(await store.metrics.sum('run', 'nothing', 9)).toBe(0);
    expect(await store.metrics.names('run')).toEqual(['Reward', 'loss', 'reward']);
  });

  test('numbers come back to the last bit', async () => {
    const edges = { third: 1 / 3, sum: 0.1 + 0.2, tiny: 1e-300, large: 1e15, tokens: 2 ** 53 - 1 };
    // Doubles of all sizes up to 2^53 (Prisma rounds larger ones), from a generator with a fixed seed.
    let word = 1;
    const next = (): number => (word = Math.imul(word, 48271) >>> 0) / 2 ** 32;
    const many = Array.from({ length: 500 }, (_, index) => [
      `random/${index}`,
      (next() - 0.5 + next() * 2 ** -30) * 10 ** Math.round(34 * next() - 20),
    ]);
    const values: Metrics = { ...edges, ...Object.fromEntries(many) };
    await store.metrics.record('run', 8, values);
    expect(await store.metrics.at('run', 8)).toEqual(values);
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
    const { runId: __, ...stored } = evaluation;
    expect(await store.evaluations.list('run')).toEqual([{ id, ...stored }]);

    const afterTurns = [
      { correct: 1, failed: 1 },
      { correct: 2, failed: 0 },
    ];
    const turns = [{ sql: 'SELECT', outcome: 'syntax', message: 'syntax error: it does not belong there at the end' }];
    const repaired = { ...row('first', true), turns };
    const repairedId = await store.evaluations.record({
      ...evaluation,
      update: 3,
      scores: { ...scores, afterTurns },
      rows: [repaired, row('second', false)],
    });
    expect(await store.evaluations.predictions(repairedId)).toEqual([repaired, row('second', false)]);
    expect((await store.evaluations.list('run')).at(-1)?.scores.afterTurns).toEqual(afterTurns);

    const { comparators: _, ...older } = scores;
    const finalId = await store.evaluations.record({
      ...evaluation,
      update: 5,
      scores: older,
      rows: rows.map(withoutScores),
    });
    expect(await store.evaluations.predictions(finalId)).toStrictEqual(rows.map(withoutScores));
    expect((await store.evaluations.list('run')).at(-1)?.scores).toStrictEqual(older);
    const comparison = { baseId: id, finalId, points: 31.5, ci95: [27, 36.1], mcnemarP: 1e-20 } as const;
    await store.comparisons.record('run', { ...comparison, ci95: [0, 0] });
    await store.comparisons.record('run', { ...comparison, ci95: [27, 36.1] });
    expect(await store.comparisons.list('run')).toEqual([comparison]);
  });

  test('tells of a dataset which runs use it and what they answered to a question', async () => {
    const dataset = { dataset: reference('dataset', '9'), label: 'tiny', questions: { dev: 2 } };
    await store.datasets.record(dataset);
    await store.runs.setDataset('run', dataset.dataset.hash);
    expect((await store.datasets.list()).find(({ label }) => label === 'tiny')).toMatchObject({ ...dataset, runs: 1 });
    expect(await store.datasets.users(dataset.dataset.hash)).toMatchObject([{ id: 'run', status: 'running' }]);
    for (const [update, right] of [
      [0, false],
      [7, true],
    ] as const) {
      const evaluation = {
        runId: 'run',
        update,
        split: 'dev',
        scores,
        predictions: reference('predictions', 'a'),
      } as const;
      await store.evaluations.record({ ...evaluation, rows: [row('first', right), row('second', false)] });
    }
    expect(await store.datasets.accuracyByQuestion(dataset.dataset.hash, 'dev')).toEqual(
      new Map([
        [0, { n: 1, correct: 1 }],
        [1, { n: 1, correct: 0 }],
      ]),
    );
    const answers = await store.datasets.answers(dataset.dataset.hash, 'dev', 0);
    expect(answers.map(({ runId, update, correct }) => [runId, update, correct])).toEqual([
      ['run', 0, false],
      ['run', 7, true],
    ]);
    expect(await store.datasets.answers(dataset.dataset.hash, 'dev', 2)).toEqual([]);
  });

  test('actions are told newest first, of the one they were done to, whether it is in the store or not', async () => {
    const action = { subject: 'run', name: 'pause', actor: 'Ólöf <o@example.org>', detail: 'run run is held' };
    await store.actions.record(action);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await store.actions.record({ ...action, name: 'resume' });
    await store.actions.record({ ...action, subject: 'sweep-gone' });
    expect(await store.actions.list('run')).toMatchObject([
      { ...action, name: 'resume', at: expect.any(Date) },
      action,
    ]);
    expect(await store.actions.list('run', 1)).toMatchObject([{ name: 'resume' }]);
    expect(await store.actions.list('sweep-gone')).toHaveLength(1);
  });

  test('steps, rollouts, checkpoints, datasets, attempts and notes come back as they were given', async () => {
    const done = { update: 1, name: 'updatePolicy', seconds: 1.5, output: { policy: { update: 1 } } };
    const step = { ...done, attempts: 3, reused: false, startedAt: new Date(1_700_000_000_123) };
    await store.steps.record('run', { ...done, seconds: 9 });
    await store.steps.record('run', step);
    await store.steps.record('run', { ...done, seconds: 0.001, reused: true });
    expect(await store.steps.list('run')).toEqual([step]);
    expect(await store.steps.get('run', 1, 'updatePolicy')).toEqual(step);
    expect(await store.steps.outputs('run', 'update', 1, 1)).toEqual([done.output]);
    expect(await store.steps.outputs('run', 'update', 2, 9)).toEqual([]);
    await store.steps.record('run', { ...done, update: 2, reused: true });
    expect(await store.steps.get('run', 2, 'updatePolicy')).toMatchObject({
      attempts: 1,
      reused: true,
      startedAt: null,
    });

    const rollout = {
      update: 1,
      parts: [
        { rollout: reference('rollout', 'b'), rewards: reference('rewards', 'c') },
        { rollout: reference('rollout', 'a'), rewards: reference('rewards', 'f') },
      ],
      gradients: [reference('gradient', '0')],
      summary: { reward: 0.5 },
    };
    await store.rollouts.record('run', rollout);
    expect(await store.rollouts.list('run')).toEqual([rollout]);
    expect(await store.rollouts.get('run', 1)).toEqual(rollout);
    expect(await store.rollouts.count('run')).toBe(1);
    const executions = reference('executions', '7');
    const later = { ...rollout, update: 2, parts: rollout.parts.map((part) => ({ ...part, executions })) };
    await store.rollouts.record('run', later);
    expect(await store.rollouts.list('run', { after: 1, limit: 5 })).toEqual([later]);
    expect(await store.rollouts.list('run', { limit: 1 })).toEqual([rollout]);

    const checkpoint = { update: 25, checkpoint: reference('checkpoint', 'd') };
    await store.checkpoints.record('run', checkpoint);
    expect(await store.checkpoints.list('run')).toEqual([{ ...checkpoint, prunedAt: null }]);

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

  test('an analysis is made once, ends once, and lists newest first', async () => {
    const asked = { id: 'replay-run-1', runId: 'run', kind: 'replay', settings: { update: 3 } } as const;
    await store.analyses.create(asked);
    await store.analyses.create({ ...asked, settings: { update: 4 } });
    expect(await store.analyses.get(asked.id)).toMatchObject({ ...asked, status: 'running', result: null });
    const result = {
      update: 3,
      equal: true,
      largestDifference: 0,
      from: { update: 0, snapshotHash: 'a', replayed: 2 },
      parts: [],
      metrics: { stored: { loss: 1 }, replayed: { loss: 1 }, largestDifference: 0 },
      seconds: 2,
    };
    await store.analyses.finish(asked.id, result);
    await store.analyses.fail(asked.id, 'too late');
    expect(await store.analyses.get(asked.id)).toMatchObject({ status: 'finished', result, error: null });
    const settings = { sample: 8, seed: 1, first: 1, every: 2 };
    expect(await store.analyses.unfinished()).toEqual([]);
    await store.analyses.create({ id: 'run-audit', runId: 'run', kind: 'audit', settings });
    expect(await store.analyses.unfinished()).toEqual(['run-audit']);
    await store.analyses.fail('run-audit', 'no space');
    expect((await store.analyses.list('run')).map(({ id, status, error }) => [id, status, error])).toEqual([
      ['run-audit', 'failed', 'no space'],
      [asked.id, 'finished', null],
    ]);
    expect((await store.analyses.list('run', 'replay')).map(({ id }) => id)).toEqual([asked.id]);
    expect(await store.analyses.get('nowhere')).toBeNull();
    await expect(store.analyses.create({ ...asked, id: 'replay-x', runId: 'nowhere' })).rejects.toThrow();
  });

  test('a run that is not there cannot be given metrics', async () => {
    await expect(store.metrics.record('nowhere', 1, { reward: 1 })).rejects.toThrow();
  });
}
