/** Ends of runs, what is deleted on the way, and what a sweep finds of its runs. */
import {
  type ArtifactRef,
  ExperimentConfig,
  type RunResult,
  SweepConfig,
  type TrainingState,
} from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { openBench } from './open-bench.fixture.ts';
import { evaluated, recordBaseline, recordUpdates } from './recorded-run.fixture.ts';

const bench = openBench();
const configOf = (settings: object = {}): ExperimentConfig =>
  ExperimentConfig.parse({
    grpo: { updates: 6 },
    evaluation: { everyUpdates: 6 },
    checkpoints: { everyUpdates: 1 },
    ...settings,
  });

async function begun(
  runId: string,
  config: ExperimentConfig,
  updates: number,
  sweepId?: string,
): Promise<TrainingState> {
  await bench().steps.startRun({ runId, config, sweepId });
  const state = await recordBaseline(bench(), runId, config);
  await recordUpdates(bench(), runId, config, state, updates);
  return state;
}

/** Scores the best on test, compares, and ends the run. */
async function conclude(runId: string, config: ExperimentConfig, state: TrainingState): Promise<RunResult> {
  const { steps } = bench();
  const best = state.best?.policy ?? state.policy;
  const final = await evaluated(bench(), runId, best.update, 'test');
  const compared = await steps.comparePolicies({
    runId,
    seed: config.seed,
    base: state.base.predictions,
    final: final.predictions,
    finalUpdate: best.update,
  });
  const result: RunResult = {
    runId,
    dataset: 'tiny',
    seed: config.seed,
    updates: state.policy.update,
    tokens: state.tokens,
    bestUpdate: best.update,
    base: state.base.test,
    final: final.scores,
    comparison: compared.comparison,
    dev: state.dev,
    checkpoint: best.snapshot,
    examples: compared.examples,
    seconds: state.seconds,
  };
  await steps.finishRun({ runId, status: 'finished', result });
  return result;
}

const present = async (refs: ArtifactRef[]): Promise<boolean[]> =>
  await Promise.all(refs.map((ref) => bench().artifacts.has(ref)));
const snapshots = async (runId: string): Promise<ArtifactRef[]> =>
  (await bench().store.checkpoints.list(runId)).map(({ checkpoint }) => checkpoint);

test('old snapshots and gradients are deleted, but not the base, the best, and what another run needs', async () => {
  const { steps, store } = bench();
  const config = configOf({ shards: 2 });
  await begun('pruned', config, 6);
  await steps.startRun({ runId: 'branch', config, from: { runId: 'pruned', update: 3 } });
  const all = await snapshots('pruned');
  const summed = (await store.rollouts.list('pruned')).flatMap(({ gradients }) => gradients);
  const ofShards = (await store.steps.outputs('pruned', 'computeGradient:', 1, 6)) as {
    gradient: ArtifactRef;
  }[];
  const keep = [all[0], all[1]] as ArtifactRef[];
  for (let time = 0; time < 2; time++) {
    await steps.pruneCheckpoints({ runId: 'pruned', keepLast: 2, keep });
    // 2 and 3 stay for the branch; 4 goes.
    expect(await present(all)).toEqual([true, true, true, true, false, true, true]);
    expect(await present(summed)).toEqual([true, true, true, false, false, true]);
    const parts = await present(ofShards.map(({ gradient }) => gradient));
    expect(parts).toEqual([...Array<boolean>(10).fill(false), true, true]);
  }
  const marked = (await store.checkpoints.list('pruned')).filter(({ prunedAt }) => prunedAt !== null);
  expect(marked.map(({ update }) => update)).toEqual([2, 3, 4]);
  await steps.pruneCheckpoints({ runId: 'branch', keepLast: 1, keep: [all[0]] as ArtifactRef[] });
  expect(await present(all)).toEqual([true, true, false, true, false, true, true]);
  expect(await present(summed)).toEqual([false, false, false, false, false, true]);
});

test('what was marked and not yet deleted when the process died is deleted when the step is repeated', async () => {
  const { steps, store } = bench();
  await begun('died', configOf({ seed: 5 }), 4);
  await store.checkpoints.prune('died', { keepLast: 1, keep: [] });
  const all = await snapshots('died');
  expect(await present(all)).toEqual([true, true, true, true, true]);
  await steps.pruneCheckpoints({ runId: 'died', keepLast: 1, keep: [] });
  expect(await present(all)).toEqual([true, false, false, false, true]);
});

test('the result of a run stays, and a run that ended stays as it ended', async () => {
  const { steps, store } = bench();
  const config = configOf({ seed: 7 });
  const state = await begun('ended', config, 6);
  const result = await conclude('ended', config, state);
  const [comparison] = await store.comparisons.list('ended');
  expect(comparison).toMatchObject(result.comparison);
  const ended = await store.runs.get('ended');
  expect(ended).toMatchObject({ status: 'finished', result });
  await conclude('ended', config, state);
  await steps.setRunStatus({ runId: 'ended', status: 'running' });
  await steps.finishRun({ runId: 'ended', status: 'cancelled', error: 'too late' });
  expect(await store.runs.get('ended')).toEqual(ended);
  expect(await store.comparisons.list('ended')).toHaveLength(1);

  // Another run of the same settings lets go of the snapshot that is the result of this one.
  await steps.startRun({ runId: 'twin', config, from: { runId: 'ended', update: 6 } });
  await store.checkpoints.record('twin', { update: 7, checkpoint: { ...result.checkpoint, hash: '0'.repeat(64) } });
  await store.checkpoints.prune('ended', { keepLast: 1, keep: [] });
  await steps.pruneCheckpoints({ runId: 'twin', keepLast: 1, keep: [] });
  expect(await present([result.checkpoint])).toEqual([true]);
});

test('a sweep finds its runs again by their trial, with how far they got and how they did', async () => {
  const { steps, store } = bench();
  const settings = SweepConfig.parse({ name: 'betas', experiment: 'x.yaml', seeds: [1, 2] });
  const trials = [0.1, 0.2].map((beta) => ({
    id: `beta-${beta}`,
    parameters: { 'grpo.beta': beta },
    config: configOf({ grpo: { updates: 6, beta }, evaluation: { everyUpdates: 3 } }),
  }));
  const [first, second] = trials as [(typeof trials)[0], (typeof trials)[0]];
  const input = { sweepId: 'betas', settings, trials };
  expect(await steps.startSweep(input)).toEqual({ runs: [], dev: [] });
  const config = { ...first.config, seed: 2 };
  const state = await begun('betas-1', config, 6, 'betas');
  const result = await conclude('betas-1', config, state);
  await begun('betas-2', { ...second.config, seed: 1 }, 3, 'betas');
  await steps.setRunStatus({ runId: 'betas-2', status: 'stopped' });
  await begun('betas-3', { ...second.config, seed: 2 }, 1, 'betas');
  await steps.finishRun({ runId: 'betas-3', status: 'failed', error: 'no space' });
  // Going on with a changed setting does not make it another trial.
  const changed = { ...second.config, seed: 2, checkpoints: { everyUpdates: 2, keepLast: 3 } };
  await steps.startRun({ runId: 'betas-3', config: changed, from: { runId: 'betas-3' }, sweepId: 'betas' });
  await steps.finishRun({ runId: 'betas-3', status: 'failed', error: 'no space again' });
  await steps.startRun({ runId: 'betas-of-another-trial', config: configOf({ grpo: { beta: 9 } }), sweepId: 'betas' });

  const { runs, dev } = await steps.startSweep(input);
  const found = Object.fromEntries(runs.map(({ runId, ...run }) => [runId, run]));
  expect(found).toEqual({
    'betas-1': {
      trial: 'beta-0.1',
      seed: 2,
      status: 'finished',
      update: 6,
      tokens: result.tokens,
      dev: 0.8,
      test: result.final.accuracy,
      error: null,
    },
    'betas-2': {
      trial: 'beta-0.2',
      seed: 1,
      status: 'stopped',
      update: 3,
      tokens: 306,
      dev: 0.4,
      test: null,
      error: null,
    },
    'betas-3': {
      trial: 'beta-0.2',
      seed: 2,
      status: 'failed',
      update: 1,
      tokens: 101,
      dev: null,
      test: null,
      error: 'no space again',
    },
  });
  expect(dev.toSorted((a, b) => a.runId.localeCompare(b.runId) || a.update - b.update)).toEqual([
    { runId: 'betas-1', update: 3, accuracy: 0.4 },
    { runId: 'betas-1', update: 6, accuracy: 0.8 },
    { runId: 'betas-2', update: 3, accuracy: 0.4 },
  ]);
  const spent = { updates: 10, tokens: 1, hours: 0.1 };
  const ending = {
    sweepId: 'betas',
    runs,
    decisions: [],
    spent,
    exhausted: null,
    best: { trial: 'beta-0.1', dev: 0.8 },
  };
  await steps.finishSweep({ sweepId: 'betas', status: 'finished', result: ending });
  expect(await store.sweeps.get('betas')).toMatchObject({ status: 'finished', result: ending });
});
