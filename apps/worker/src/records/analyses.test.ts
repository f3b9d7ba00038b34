/** What analyses read of recorded runs, and what they write. */
import type { AuditedUpdate } from '@queryloop/activities/audit-updates';
import { rescoreSums } from '@queryloop/activities/rescore-sums';
import { type AuditResult, AuditSettings, ExperimentConfig, RescoreSettings } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { analysisSteps } from './analyses.ts';
import { openBench } from './open-bench.fixture.ts';
import { recordBaseline, recordUpdates } from './recorded-run.fixture.ts';

const bench = openBench();
const steps = () => analysisSteps(bench().store, bench().artifacts);
const rescore = RescoreSettings.parse({ reward: {}, scaleRewards: 'batch' });

async function begun(runId: string, updates: number, settings: object = {}): Promise<void> {
  const config = ExperimentConfig.parse({
    ...{
      grpo: { updates: 8, scaleRewards: 'none' },
      evaluation: { everyUpdates: 4 },
      checkpoints: { everyUpdates: 4 },
    },
    ...settings,
  });
  await bench().steps.startRun({ runId, config });
  const state = await recordBaseline(bench(), runId, config);
  await recordUpdates(bench(), runId, config, state, updates);
}

test('an analysis of many updates has its row once, and the updates the run has stored', async () => {
  await begun('asked', 5);
  const input = { analysisId: 'rescore-asked', kind: 'rescore', runId: 'asked', settings: rescore } as const;
  const plan = await steps().startAnalysis(input);
  expect(await steps().startAnalysis(input)).toEqual(plan);
  expect(plan.updates).toEqual([1, 2, 3, 4, 5]);
  expect(plan.dataset.hash).toBe((await bench().store.runs.get('asked'))?.datasetHash);
  expect(await bench().store.analyses.list('asked')).toMatchObject([
    { id: 'rescore-asked', status: 'running', settings: rescore },
  ]);
  const some = AuditSettings.parse({ first: 2, every: 3 });
  const audit = await steps().startAnalysis({
    analysisId: 'audit-asked',
    kind: 'audit',
    runId: 'asked',
    settings: some,
  });
  expect(audit.updates).toEqual([2, 5]);
  await expect(steps().startAnalysis({ ...input, settings: { ...rescore, last: 6 } })).rejects.toThrow(
    'run asked is stored whole up to update 5',
  );
  await expect(steps().startAnalysis({ ...input, runId: 'nowhere' })).rejects.toThrow('run nowhere');
});

test('updates are gathered with what they were scored with', async () => {
  await begun('gathered', 3, { shards: 2, reward: { preset: 'paper' } });
  const rollouts = await bench().store.rollouts.list('gathered');
  const [first, third] = await steps().gatherUpdates({ runId: 'gathered', updates: [1, 3] });
  expect(first).toMatchObject({ update: 1, scaleRewards: 'none', parts: rollouts[0]?.parts });
  expect(first?.scoring).toMatchObject({ previous: [], reward: { preset: 'paper' }, database: 'sqlite' });
  expect(third?.parts).toEqual(rollouts[2]?.parts);
  expect(third?.scoring.previous).toEqual(rollouts[1]?.parts.map(({ rewards }) => rewards));
  await expect(steps().gatherUpdates({ runId: 'gathered', updates: [4] })).rejects.toThrow(
    'update 4 is not in the store',
  );
});

test('a replay starts from what the update started from, and knows what came out', async () => {
  await begun('replayed', 5);
  const replay = (update: number) =>
    steps().startReplay({ analysisId: `replay-${update}`, kind: 'replay', runId: 'replayed', settings: { update } });
  const rollouts = await bench().store.rollouts.list('replayed');
  const first = await replay(1);
  expect(first.repeated).toMatchObject({ update: 1, previous: [], snapshot: false, policy: { update: 0, replay: [] } });
  expect(first.stored.next).toEqual(rollouts[1]?.parts[0]?.rollout);
  const fourth = await replay(4);
  const checkpoints = await bench().store.checkpoints.list('replayed');
  expect(fourth.repeated).toMatchObject({ snapshot: true, next: null, previous: rollouts[2]?.parts });
  expect(fourth.repeated.policy.replay).toHaveLength(3);
  expect(fourth.stored).toMatchObject({
    ...{ scored: rollouts[3]?.parts, snapshot: checkpoints.find(({ update }) => update === 4)?.checkpoint, next: null },
    metrics: await bench().store.metrics.at('replayed', 4),
  });
  const fifth = await replay(5);
  expect(fifth.repeated.policy).toMatchObject({ update: 4, snapshot: fourth.stored.snapshot, replay: [] });
  expect(fifth.stored).toMatchObject({ snapshot: null, next: null });
  await expect(replay(6)).rejects.toThrow('run replayed is stored whole up to update 5');
});

test('parts are joined in their order, and the answer is written once', async () => {
  await begun('joined', 2);
  const { store, artifacts } = bench();
  const sums = (rewards: number[]) =>
    rescoreSums(
      { rewards: [rewards], scaleRewards: 'group' },
      { rewards: [rewards.map((r) => -r)], scaleRewards: 'none' },
    );
  const parts = [
    await artifacts.putJson('analysis', [{ update: 1, sums: sums([0, 1]) }]),
    await artifacts.putJson('analysis', [{ update: 2, sums: sums([1, 1]) }]),
  ];
  await steps().startAnalysis({ analysisId: 'rescore-joined', kind: 'rescore', runId: 'joined', settings: rescore });
  for (let time = 0; time < 2; time++)
    await steps().finishAnalysis({ analysisId: 'rescore-joined', kind: 'rescore', parts });
  await steps().failAnalysis({ analysisId: 'rescore-joined', error: 'too late' });
  expect(await store.analyses.get('rescore-joined')).toMatchObject({
    status: 'finished',
    result: {
      overall: { groups: 2, completions: 4, before: { meanReward: 0.75, zeroVariance: 0.5 }, signChanged: 0.5 },
      updates: [
        { update: 1, groups: 1, after: { meanReward: -0.5 }, signChanged: 1 },
        { update: 2, correlation: null, signChanged: 0 },
      ],
    },
  });
});

test('an audit adds up its counts, with an interval of the share', async () => {
  await begun('audited', 1);
  const { store, artifacts } = bench();
  const update = (number: number, survived: number): AuditedUpdate => ({
    ...{ update: number, rewarded: 90, audited: 10, survived, undecided: 1, examples: [] },
    reasons: { no_table: 0, answer_literal: 1, unchanged: 10 - survived },
  });
  const settings = AuditSettings.parse({});
  await steps().startAnalysis({ analysisId: 'audit-audited', kind: 'audit', runId: 'audited', settings });
  const none = { ...update(21, 0), rewarded: 0, audited: 0, undecided: 0 };
  const parts = [
    await artifacts.putJson('analysis', [update(1, 4), update(11, 8)]),
    await artifacts.putJson('analysis', [none]),
  ];
  const perturbation = { copies: 8, columns: [] };
  await steps().finishAnalysis({ analysisId: 'audit-audited', kind: 'audit', parts, perturbation });
  const result = (await store.analyses.get('audit-audited'))?.result as AuditResult;
  expect(result.overall).toMatchObject({ rewarded: 180, audited: 20, survived: 12, share: 0.6, undecided: 2 });
  expect(result.overall.reasons).toEqual({ no_table: 0, answer_literal: 3, unchanged: 18 });
  const [low, high] = result.overall.ci95 ?? [0, 0];
  expect([low < 0.6, high > 0.6, low > 0.3, high < 0.9]).toEqual([true, true, true, true]);
  expect(result.updates.map(({ update: at, share }) => [at, share])).toEqual([
    [1, 0.4],
    [11, 0.8],
    [21, null],
  ]);
  expect(result.perturbation).toEqual(perturbation);
});
