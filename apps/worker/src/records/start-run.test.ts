/** How runs begin: new, again after they ended, or as a branch; and what may not change on the way. */
import { ExperimentConfig, type TrainingState } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { openBench } from './open-bench.fixture.ts';
import { recordBaseline, recordUpdates } from './recorded-run.fixture.ts';

const bench = openBench();
const configOf = (grpo: object = {}, settings: object = {}): ExperimentConfig =>
  ExperimentConfig.parse({ evaluation: { everyUpdates: 2 }, grpo: { updates: 6, ...grpo }, ...settings });

/** Everything the store has of a run. */
async function stored(runId: string) {
  const { store } = bench();
  const evaluations = await store.evaluations.list(runId);
  return {
    run: await store.runs.get(runId),
    steps: await store.steps.list(runId),
    rollouts: await store.rollouts.list(runId),
    checkpoints: await store.checkpoints.list(runId),
    metrics: await Promise.all([0, 1, 2, 3, 4, 5, 6].map((update) => store.metrics.at(runId, update))),
    evaluations: await Promise.all(
      evaluations.map(async ({ id, ...evaluation }) => [evaluation, await store.evaluations.predictions(id)]),
    ),
  };
}

async function failedRun(runId: string, updates: number): Promise<TrainingState[]> {
  const config = configOf();
  const { steps } = bench();
  await steps.startRun({ runId, config });
  const states = await recordUpdates(bench(), runId, config, await recordBaseline(bench(), runId, config), updates);
  await steps.finishRun({ runId, status: 'failed', error: 'the disk is full' });
  return states;
}

test('a run that failed goes on with a changed setting, which is recorded', async () => {
  const { steps, store } = bench();
  const states = await failedRun('resumed', 5);
  await store.steps.record('resumed', { update: 6, name: 'generateRollout', seconds: 1, output: {} });
  const config = configOf({ optimizer: { learningRate: 1e-5 } });
  const from = { runId: 'resumed' };
  await steps.startRun({ runId: 'resumed', config, from });
  const begun = await stored('resumed');
  expect(begun.run).toMatchObject({
    status: 'running',
    error: null,
    finishedAt: null,
    config,
    changes: [{ update: 5, field: 'grpo.optimizer.learningRate', from: 3e-4, to: 1e-5 }],
  });
  expect(begun.steps.filter(({ update }) => update > 5)).toEqual([]);
  // A retry of the step changes nothing.
  await steps.startRun({ runId: 'resumed', config, from });
  expect(await stored('resumed')).toEqual(begun);
  const restored = await steps.restoreRun({ from });
  expect(restored).toMatchObject({ grpo: configOf().grpo, state: { policy: states[5]?.policy } });
});

test('going back within a run deletes what comes after', async () => {
  const { steps } = bench();
  await failedRun('back', 5);
  await steps.startRun({ runId: 'back', config: configOf(), from: { runId: 'back', update: 3 } });
  const { run, rollouts, evaluations } = await stored('back');
  expect(run).toMatchObject({ status: 'running', changes: [] });
  expect(rollouts.map(({ update }) => update)).toEqual([1, 2, 3]);
  expect(evaluations).toHaveLength(3);
});

test.each([
  ['seed', { seed: 2 }],
  ['shards', { shards: 2 }],
  ['dataset.train', { dataset: { train: 'other.tsv' } }],
])('a run never goes on with another %s, and stays as it ended', async (field, settings) => {
  const { steps } = bench();
  const runId = `fixed-${field}`;
  await failedRun(runId, 1);
  const before = await stored(runId);
  const config = configOf({}, settings);
  await expect(steps.startRun({ runId, config, from: { runId } })).rejects.toMatchObject({ name: 'UserError', field });
  // What the workflow then says of this execution does not hide how the run ended.
  await steps.finishRun({ runId, status: 'failed', error: 'may not change' });
  expect(await stored(runId)).toEqual(before);
});

test('there cannot be fewer updates than were made', async () => {
  const { steps } = bench();
  await failedRun('fewer', 3);
  await expect(
    steps.startRun({ runId: 'fewer', config: configOf({ updates: 2 }), from: { runId: 'fewer' } }),
  ).rejects.toMatchObject({
    field: 'grpo.updates',
    message: expect.stringContaining('fewer than the 3 updates') as string,
  });
});

test('a branch shares what is stored, restores as its parent does, and leaves its parent alone', async () => {
  const { steps } = bench();
  const states = await failedRun('trunk', 5);
  const trunk = await stored('trunk');
  const config = configOf({ beta: 0.2 });
  const from = { runId: 'trunk', update: 3 };
  await steps.startRun({ runId: 'branch', config, from });
  const branch = await stored('branch');
  expect(branch.run).toMatchObject({
    status: 'running',
    parent: from,
    config,
    datasetHash: trunk.run?.datasetHash,
    changes: [{ update: 3, field: 'grpo.beta', from: 0, to: 0.2 }],
  });
  const shared = <T extends { update: number }>(rows: T[]): T[] => rows.filter(({ update }) => update <= 3);
  expect(branch.rollouts).toEqual(shared(trunk.rollouts));
  expect(branch.checkpoints).toEqual(shared(trunk.checkpoints));
  expect(branch.metrics).toEqual(trunk.metrics.map((metrics, update) => (update <= 3 ? metrics : {})));
  expect(branch.evaluations).toEqual(trunk.evaluations.slice(0, 3));
  expect(branch.steps).toEqual(shared(trunk.steps).map((step) => ({ ...step, reused: true })));

  await steps.startRun({ runId: 'branch', config, from });
  expect(await stored('branch')).toEqual(branch);
  for (const place of [from, { runId: 'branch' }]) {
    const restored = await steps.restoreRun({ from: place });
    expect(restored).toMatchObject({
      grpo: configOf().grpo,
      state: { policy: states[3]?.policy, dev: states[3]?.dev },
    });
  }
  expect(await stored('trunk')).toEqual(trunk);
});

test('a branch that failed and is begun again goes on from where it branched', async () => {
  const { steps, store } = bench();
  await failedRun('stem', 4);
  const start = { runId: 'twig', config: configOf(), from: { runId: 'stem', update: 2 } };
  await steps.startRun(start);
  const restored = await steps.restoreRun({ from: { runId: 'twig' } });
  await recordUpdates(bench(), 'twig', start.config, restored?.state as TrainingState, 4);
  await steps.finishRun({ runId: 'twig', status: 'cancelled', error: 'cancelled' });
  await steps.startRun(start);
  expect(await store.runs.get('twig')).toMatchObject({ status: 'running', error: null });
  expect(await store.runs.lastWholeUpdate('twig')).toBe(2);
});

test('a branch before a change of its parent begins with the settings of then', async () => {
  const { steps } = bench();
  await failedRun('changed', 4);
  const config = configOf({ beta: 0.3 });
  await steps.startRun({ runId: 'changed', config, from: { runId: 'changed' } });
  await steps.finishRun({ runId: 'changed', status: 'cancelled', error: 'cancelled' });
  for (const [update, changes] of [
    [2, [{ update: 2, field: 'grpo.beta', from: 0, to: 0.3 }]],
    [4, [{ update: 4, field: 'grpo.beta', from: 0, to: 0.3 }]],
  ] as const) {
    const runId = `of-changed-${update}`;
    await steps.startRun({ runId, config, from: { runId: 'changed', update } });
    expect((await stored(runId)).run).toMatchObject({ config, changes });
    expect(await steps.restoreRun({ from: { runId } })).toMatchObject({ grpo: configOf().grpo });
  }
});

test('a branch says where it begins: of a run that goes on, and of one that has stored nothing', async () => {
  const { steps } = bench();
  const config = configOf();
  await steps.startRun({ runId: 'young', config });
  const start = { runId: 'offshoot', config, from: { runId: 'young' } };
  await expect(steps.startRun(start)).rejects.toMatchObject({ hint: 'queryloop clone young' });
  await recordUpdates(bench(), 'young', config, await recordBaseline(bench(), 'young', config), 1);
  await expect(steps.startRun(start)).rejects.toMatchObject({
    field: '--at',
    hint: expect.stringContaining('--at 1') as string,
  });
  expect((await stored('offshoot')).run).toBeNull();
});
