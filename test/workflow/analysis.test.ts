/** Analyses on a real server with tiny steps: what they ask of which steps, and how they go on, fail and end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnalysisInput,
  AnalysisRequest,
  AuditSettings,
  type AuditUpdatesInput,
  basePolicy,
  type EvaluatePolicyInput,
  ExperimentConfig,
  type MergeEvaluationsInput,
  onSplit,
  type PrepareDatasetInput,
  RescoreSettings,
  type RescoreUpdatesInput,
  type ScoreCompletionsInput,
  type Scores,
} from '@queryloop/contracts';
import { describeAnalysis, endLostAnalyses, launchAnalysis } from '@queryloop/control';
import { openStore, type Store } from '@queryloop/store';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDevServer } from './dev-server.ts';
import { type Harness, openHarness } from './harness.ts';
import { type TinyAnalysis, tinyAnalysisSteps } from './tiny-analysis-steps.ts';
import { ref } from './tiny-artifacts.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness(await startDevServer({ 'limit.historyCount.suggestContinueAsNew': 60 }));
});
afterAll(() => harness.stop());

const rescore = RescoreSettings.parse({ reward: { preset: 'paper' }, scaleRewards: 'none' });
const audit = AuditSettings.parse({ sample: 8, seed: 3 });

async function begin(world: TinyAnalysis, input: AnalysisInput): Promise<WorkflowHandle> {
  harness.provide(input.analysisId, world.steps);
  return await harness.client.workflow.start('analysis', {
    ...{ workflowId: input.analysisId, taskQueue: 'cpu', args: [input] },
  });
}

test('a rescore looks at all updates in order, over several executions', async () => {
  const world = tinyAnalysisSteps({ updates: 200 });
  const handle = await begin(world, { analysisId: 'rescore-long', kind: 'rescore', runId: 'run', settings: rescore });
  await handle.result();
  const steps = world.inputsOf<RescoreUpdatesInput>('rescoreUpdates');
  const parts = steps
    .map((input) => ({ first: input.updates[0]?.update ?? 0, part: ref('analysis', input), input }))
    .sort((a, b) => a.first - b.first);
  expect(parts.flatMap(({ input }) => input.updates.map(({ update }) => update))).toEqual(
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  for (const { input } of parts) expect(input).toMatchObject({ reward: rescore.reward, scaleRewards: 'none' });
  expect(world.finished).toEqual([
    { analysisId: 'rescore-long', kind: 'rescore', parts: parts.map(({ part }) => part) },
  ]);
  expect(world.inputsOf('startAnalysis')).toHaveLength(1);
  expect(world.inputsOf('scoreCompletions')).toEqual([]);
  const executions = [];
  for await (const { runId } of harness.client.workflow.list({ query: 'WorkflowId = "rescore-long"' }))
    executions.push(runId);
  expect(executions.length).toBeGreaterThan(1);
});

test('completions of earlier versions are scored once more, each shard with what the run scored it with', async () => {
  const world = tinyAnalysisSteps({ updates: 3, shards: 2, oldUpTo: 2 });
  await (await begin(world, { analysisId: 'rescore-old', kind: 'rescore', runId: 'run', settings: rescore })).result();
  const scored = world.inputsOf<ScoreCompletionsInput>('scoreCompletions');
  expect(scored.map(({ update, shard }) => [update, shard?.index, shard?.of]).sort()).toEqual([
    [1, 0, 2],
    [1, 1, 2],
    [2, 0, 2],
    [2, 1, 2],
  ]);
  expect(scored[0]).toMatchObject({ reward: { preset: 'default' }, database: 'sqlite', dataset: ref('dataset', 0) });
  const [input] = world.inputsOf<RescoreUpdatesInput>('rescoreUpdates');
  for (const { parts } of input?.updates ?? [])
    for (const part of parts) expect(part.executions).toEqual(ref('executions', part.rollout));
});

test('an audit runs on copies made once, and makes again what was lost meanwhile', async () => {
  let lost = false;
  const world = tinyAnalysisSteps({
    updates: 20,
    before: async (step) => {
      if (step !== 'auditUpdates' || lost) return;
      lost = true;
      world.artifacts.lose(ref('database', ['perturbed', 3]));
    },
  });
  await (await begin(world, { analysisId: 'audit-lost', kind: 'audit', runId: 'run', settings: audit })).result();
  expect(world.inputsOf('perturbDatabase')).toEqual(Array(2).fill({ dataset: ref('dataset', 0), seed: 3 }));
  const [input] = world.inputsOf<AuditUpdatesInput>('auditUpdates');
  expect(input).toMatchObject({ sample: 8, seed: 3, perturbed: { copies: ref('database', ['perturbed', 3]) } });
  expect(world.finished).toMatchObject([{ kind: 'audit', perturbation: { copies: 3 } }]);
});

test('a replay does one update on the policy queue', async () => {
  const world = tinyAnalysisSteps();
  const handle = await begin(world, {
    ...{ analysisId: 'replay-one', kind: 'replay', runId: 'run', settings: { update: 7 } },
  });
  await handle.result();
  expect(world.finished).toMatchObject([{ kind: 'replay', result: { update: 7, equal: true } }]);
  const { events } = await handle.fetchHistory();
  const queues = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? [`${scheduled.activityType?.name} ${scheduled.taskQueue?.name}`] : [],
  );
  expect(queues).toEqual(['startReplay cpu', 'replayUpdate policy', 'finishAnalysis cpu']);
});

test('an evaluation scores both policies on another split, each shard of it, and makes again what was lost', async () => {
  let lost = false;
  const world = tinyAnalysisSteps({
    before: async (step, input) => {
      if (lost || step !== 'evaluatePolicy') return;
      lost = true;
      world.artifacts.lose((input as EvaluatePolicyInput).dataset);
    },
  });
  const config = onSplit(ExperimentConfig.parse({ shards: 2, rollout: { maxTokens: 20 } }), 'Easy');
  const base = basePolicy(ref('checkpoint', 'base'));
  const evaluated = { config, base, final: { ...base, snapshot: ref('checkpoint', 'best'), update: 75 } };
  const handle = await begin(world, {
    ...{ analysisId: 'evaluate-one', kind: 'evaluate', runId: 'run', settings: { split: 'Easy' }, evaluated },
  });
  await handle.result();
  expect(await handle.query('progress')).toEqual({ done: 3, total: 3 });
  const prepared = world.inputsOf<PrepareDatasetInput>('prepareDataset');
  expect(prepared).toEqual(Array(2).fill({ dataset: config.dataset, database: 'sqlite' }));
  expect(prepared[0]?.dataset).toMatchObject({ train: 'train', test: 'Easy' });
  const inputs = world.inputsOf<EvaluatePolicyInput>('evaluatePolicy');
  const asked = inputs.map(({ policy, shard }) => `${policy.update}: ${shard.index} of ${shard.of}`);
  expect([...new Set(asked)].sort()).toEqual(['0: 0 of 2', '0: 1 of 2', '75: 0 of 2', '75: 1 of 2']);
  for (const input of inputs)
    expect(input).toMatchObject({ split: 'test', dataset: ref('dataset', prepared[0]), rollout: { maxTokens: 20 } });
  const merged = world.inputsOf<MergeEvaluationsInput>('mergeEvaluations').map((input) => ref('predictions', input));
  expect(merged).toHaveLength(2);
  expect(world.finished).toEqual([
    {
      ...{ analysisId: 'evaluate-one', kind: 'evaluate' },
      result: {
        ...{ split: 'Easy', label: 'tiny', outsideData: 2 },
        base: { scores: expect.anything() as unknown, predictions: merged[0] },
        final: { scores: expect.anything() as unknown, predictions: merged[1] },
      },
    },
  ]);
});

test('a mistake ends it with its cause and hint, a fault is tried again', async () => {
  let faults = 2;
  const world = tinyAnalysisSteps({
    updates: 2,
    before: async (step) => {
      if (step === 'gatherUpdates' && faults-- > 0) throw new Error('lost connection');
      if (step === 'rescoreUpdates')
        throw ApplicationFailure.create({
          message: 'no such thing',
          type: 'UserError',
          details: [{ hint: 'Mend it.' }],
        });
    },
  });
  const handle = await begin(world, { analysisId: 'rescore-bad', kind: 'rescore', runId: 'run', settings: rescore });
  await expect(handle.result()).rejects.toThrow();
  expect(world.inputsOf('gatherUpdates')).toHaveLength(3);
  expect(world.failed).toEqual([
    { analysisId: 'rescore-bad', error: 'step rescoreUpdates failed: no such thing\nMend it.' },
  ]);
  expect(world.finished).toEqual([]);
});

test('it tells how far it is, and a cancelled one says so in the store', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = tinyAnalysisSteps({
    updates: 40,
    before: async (step, input) => {
      if (step === 'rescoreUpdates' && (input as RescoreUpdatesInput).updates.some(({ update }) => update > 32))
        await held;
    },
  });
  const handle = await begin(world, { analysisId: 'rescore-held', kind: 'rescore', runId: 'run', settings: rescore });
  while (world.inputsOf('rescoreUpdates').length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await handle.query('progress')).toEqual({ done: 32, total: 40 });
  await handle.cancel();
  release();
  await expect(handle.result()).rejects.toThrow();
  expect(world.failed).toEqual([{ analysisId: 'rescore-held', error: 'cancelled' }]);
});

test('one begun by control has its row at once, the settings of the run where none are given, and is noted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-launch-'));
  const store = await openStore({ folder, url: `file:${join(folder, 'store.db')}` });
  try {
    const config = ExperimentConfig.parse({ grpo: { scaleRewards: 'batch' }, reward: { failed: -2 } });
    await store.runs.create({ id: 'launched', config });
    const control = { store, client: harness.client, actor: 'tester' };
    const ask = (request: object) => launchAnalysis(control, AnalysisRequest.parse({ runId: 'launched', ...request }));
    await expect(ask({ kind: 'rescore' })).rejects.toThrow('run launched has no update yet');
    await expect(ask({ kind: 'replay', settings: { update: 1 } })).rejects.toThrow('is stored whole up to update 0');
    await expect(ask({ kind: 'audit', runId: 'nowhere' })).rejects.toThrow('no run "nowhere"');
    expect(await store.analyses.list('launched')).toEqual([]);

    await recordWholeUpdates(store, 'launched', 3);
    const world = tinyAnalysisSteps({ updates: 3 });
    harness.provide('rescore-launched', world.steps);
    const { analysisId, said } = await ask({ kind: 'rescore', settings: { last: 2 } });
    const settings = { reward: config.reward, scaleRewards: 'batch', first: 1, last: 2, every: 1 };
    expect(await store.analyses.get(analysisId)).toMatchObject({ kind: 'rescore', status: 'running', settings });
    await harness.client.workflow.getHandle(analysisId).result();
    expect(world.inputsOf('startAnalysis')).toEqual([{ analysisId, kind: 'rescore', runId: 'launched', settings }]);
    expect(await describeAnalysis(control, analysisId)).toMatchObject({ status: 'completed' });
    // The tiny steps write nothing to the store, so that it still stands there as unfinished.
    await endLostAnalyses(control);
    expect(await store.analyses.get(analysisId)).toMatchObject({ status: 'failed', error: 'it was lost: ask again' });
    expect(await store.actions.list('launched')).toMatchObject([{ name: 'rescore', actor: 'tester', detail: said }]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

/** Rows of a run that has got to an update: as few as make it whole. */
async function recordWholeUpdates(store: Store, runId: string, last: number): Promise<void> {
  const scores: Scores = {
    ...{ n: 1, correct: 1, accuracy: 1, failed: 0, errorRate: 0, ems: 1, rems: 1, byType: {} },
  };
  for (const split of ['dev', 'test'] as const)
    await store.evaluations.record({
      runId,
      update: 0,
      split,
      scores,
      predictions: ref('predictions', split),
      rows: [],
    });
  for (const name of ['prepareDataset', 'warmStart'])
    await store.steps.record(runId, { update: 0, name, seconds: 1, output: {} });
  for (let update = 1; update <= last; update++) {
    await store.steps.record(runId, { update, name: 'updatePolicy', seconds: 1, output: {} });
    await store.rollouts.record(runId, { update, parts: [], gradients: [], summary: {} });
    await store.metrics.record(runId, update, { reward: 1 });
  }
}
