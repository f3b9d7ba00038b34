/** Going on from the store: the restored state is the one the workflow had; only what is stored whole counts. */
import { ExperimentConfig, type TrainingState } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { openBench } from './open-bench.fixture.ts';
import { applyUpdate, evaluateOnDev, recordBaseline, recordUpdates } from './recorded-run.fixture.ts';

const configOf = (settings: object = {}): ExperimentConfig =>
  ExperimentConfig.parse({
    grpo: { updates: 8 },
    evaluation: { everyUpdates: 2 },
    checkpoints: { everyUpdates: 3 },
    ...settings,
  });
const bench = openBench();
const timeless = ({ startedAtMs: _, seconds: __, ...state }: TrainingState) => state;

test.each([1, 2])('the state after every update comes back as it was, with %i shards', async (shards) => {
  const { steps } = bench();
  const runId = `restored-${shards}`;
  const config = configOf({ shards });
  await steps.startRun({ runId, config });
  const baseline = await recordBaseline(bench(), runId, config);
  const states = await recordUpdates(bench(), runId, config, baseline, 8);
  for (const [update, state] of states.entries()) {
    const restored = await steps.restoreRun({ from: { runId, update } });
    expect(timeless(restored?.state as TrainingState)).toEqual(timeless(state));
    expect(restored).toMatchObject({ grpo: config.grpo, rollout: config.rollout });
  }
  // Of the equally good updates 4 and 6 the later is the best.
  expect(states[8]?.best?.policy.update).toBe(6);
  const last = await steps.restoreRun({ from: { runId } });
  expect(last?.state.policy).toEqual(states[8]?.policy);
  const train = shards === 1 ? 3 * 8 : 7 * 8;
  expect(last?.state.seconds).toEqual({ prepare: 1, warmStart: 1, baseline: 2, train, evaluate: 4, total: train + 8 });
});

test('a run without its whole baseline begins anew', async () => {
  const { steps, store, artifacts } = bench();
  const runId = 'early';
  await steps.startRun({ runId, config: configOf() });
  expect(await steps.restoreRun({ from: { runId } })).toBeNull();
  await expect(steps.restoreRun({ from: { runId, update: 0 } })).rejects.toMatchObject({
    name: 'UserError',
    field: 'update',
    message: 'update 0: run early has not got as far as its baseline',
    hint: 'queryloop resume early',
  });
  await recordBaseline({ store, artifacts, steps }, runId, configOf());
  expect((await steps.restoreRun({ from: { runId } }))?.state.policy.update).toBe(0);
  await expect(steps.restoreRun({ from: { runId: 'nowhere' } })).rejects.toMatchObject({ field: 'run' });
});

test('an update counts once its metrics, rollout and evaluation are there too', async () => {
  const { steps } = bench();
  const runId = 'ahead';
  const config = configOf();
  await steps.startRun({ runId, config });
  const state = await recordBaseline(bench(), runId, config);
  await recordUpdates(bench(), runId, config, state, 1);
  const reached = async () => (await steps.restoreRun({ from: { runId } }))?.state.policy.update;
  const record2 = await applyUpdate(bench(), runId, config, state);
  expect(await reached()).toBe(1);
  await record2();
  expect(await reached()).toBe(1);
  await evaluateOnDev(bench(), runId, state);
  expect(await reached()).toBe(2);
  const record3 = await applyUpdate(bench(), runId, config, state);
  await expect(steps.restoreRun({ from: { runId, update: 3 } })).rejects.toMatchObject({
    field: 'update',
    message: 'update 3: run ahead is stored whole up to update 2',
    hint: 'Give an update from 0 to 2.',
  });
  await record3();
  expect(await reached()).toBe(3);
});

test('a policy that was written as a snapshot, to go on with other settings, comes back as that snapshot', async () => {
  const { steps, store, artifacts } = bench();
  const runId = 'snapshotted';
  const config = configOf({ evaluation: { everyUpdates: 5 } });
  await steps.startRun({ runId, config });
  const state = await recordBaseline(bench(), runId, config);
  const [, one] = await recordUpdates(bench(), runId, config, state, 1);
  await steps.finishRun({ runId, status: 'failed', error: 'diverged' });
  const now = configOf({ evaluation: { everyUpdates: 1 }, grpo: { updates: 8, beta: 0.1 } });
  await steps.startRun({ runId, config: now, from: { runId } });
  // Replays what was made with the settings before.
  const restored = await steps.restoreRun({ from: { runId } });
  expect(restored).toMatchObject({ grpo: config.grpo, state: { policy: one?.policy } });
  expect(restored?.state.policy.replay).toHaveLength(1);

  const snapshot = await artifacts.putJson('checkpoint', 'written under the old settings');
  const policy = { ...state.policy, snapshot, replay: [] };
  await store.steps.record(runId, { update: 1, name: 'snapshotPolicy', seconds: 1, output: { policy } });
  await steps.recordMetrics({ runId, update: 1, metrics: {}, scored: [], gradients: [], checkpoint: snapshot });
  state.policy = policy;
  await evaluateOnDev(bench(), runId, state);
  const again = await steps.restoreRun({ from: { runId } });
  expect(timeless(again?.state as TrainingState)).toEqual(timeless(state));
  expect(again?.state.best?.policy.snapshot).toEqual(snapshot);
  await recordUpdates(bench(), runId, now, state, 2);
  expect(await steps.restoreRun({ from: { runId } })).toMatchObject({
    grpo: now.grpo,
    state: { policy: { update: 2 } },
  });
});
