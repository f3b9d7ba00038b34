/** The steps of analyses that read what runs have stored and write what was found out. */
import {
  type AnalysisPlan,
  type AnalysisRecordSteps,
  type ArtifactStore,
  analysedUpdates,
  engineOf,
  type FinishAnalysisInput,
  type GatheredUpdate,
  type ReplayUpdateInput,
  UpdatePolicyOutput,
  UserError,
} from '@queryloop/contracts';
import { configAt, type Store } from '@queryloop/store';
import { canonicalJson } from '@queryloop/store/artifacts';
import { joinAudited, joinRescored } from './join-analysis.ts';
import { restoreRun } from './restore-run.ts';
import { storedPlace } from './stored-place.ts';

export function analysisSteps(store: Store, artifacts: ArtifactStore): AnalysisRecordSteps {
  return {
    startAnalysis: async ({ analysisId, ...task }) => {
      const plan = await planOf(store, task);
      await store.analyses.create({ id: analysisId, ...task });
      return plan;
    },
    startReplay: async ({ analysisId, kind, runId, settings }) => {
      const input = await replayOf(store, runId, settings.update);
      await store.analyses.create({ id: analysisId, kind, runId, settings });
      return input;
    },
    gatherUpdates: ({ runId, updates }) => gatherUpdates(store, runId, updates),
    finishAnalysis: async (input) => {
      await store.analyses.finish(input.analysisId, await resultOf(artifacts, input));
    },
    failAnalysis: ({ analysisId, error }) => store.analyses.fail(analysisId, error),
  };
}

async function planOf(
  store: Store,
  { runId, settings }: { runId: string; settings: Parameters<typeof analysedUpdates>[1] },
): Promise<AnalysisPlan> {
  const { run, update } = await storedPlace(store, { runId });
  const updates = analysedUpdates(runId, settings, update ?? 0);
  const prepared = run.datasetHash === null ? null : await store.datasets.get(run.datasetHash);
  if (prepared === null) throw new Error(`run ${runId}: its dataset is not in the store`);
  return { dataset: prepared.dataset, updates };
}

async function gatherUpdates(store: Store, runId: string, updates: readonly number[]): Promise<GatheredUpdate[]> {
  const { run } = await storedPlace(store, { runId });
  const partsOf = async (update: number) => (await store.rollouts.get(runId, update))?.parts;
  return await Promise.all(
    updates.map(async (update): Promise<GatheredUpdate> => {
      const parts = await partsOf(update);
      if (parts === undefined) throw new Error(`run ${runId}: update ${update} is not in the store`);
      const previous = ((await partsOf(update - 1)) ?? []).map(({ rewards }) => rewards);
      const { grpo, reward, database } = configAt(run, update);
      return { update, scaleRewards: grpo.scaleRewards, parts, scoring: { previous, reward, database } };
    }),
  );
}

async function replayOf(store: Store, runId: string, update: number): Promise<ReplayUpdateInput> {
  const { run, update: reached } = await storedPlace(store, { runId, update });
  const before = await restoreRun(store, { from: { runId, update: update - 1 } });
  const rollout = await store.rollouts.get(runId, update);
  const step = await store.steps.get(runId, update, 'updatePolicy');
  if (before === null || rollout === null || step === null)
    throw new UserError({
      message: `update ${update} of run ${runId} is not stored whole`,
      field: 'update',
      hint: `Give an update from 1 to ${reached ?? 0}.`,
    });
  const { policy, previous, prepared } = before.state;
  const { policy: after } = UpdatePolicyOutput.parse(step.output);
  const snapshot = after.replay.length === 0 ? after.snapshot : null;
  const config = configAt(run, update);
  // Where no snapshot tells of the weights, the next rollout does, unless it was sampled with other settings.
  const following = snapshot === null ? await store.rollouts.get(runId, update + 1) : null;
  const next = configAt(run, update + 1);
  const same = canonicalJson([config.grpo, config.rollout]) === canonicalJson([next.grpo, next.rollout]);
  const compared = (same && following?.parts[0]?.rollout) || null;
  return {
    repeated: {
      ...{ update, config, policy, previous, snapshot: snapshot !== null },
      next: compared === null ? null : next,
    },
    dataset: prepared,
    stored: {
      ...{ scored: rollout.parts, snapshot, next: compared },
      metrics: await store.metrics.at(runId, update),
    },
    ...engineOf(config),
  };
}

async function resultOf(artifacts: ArtifactStore, input: FinishAnalysisInput) {
  if (input.kind === 'replay' || input.kind === 'evaluate') return input.result;
  return input.kind === 'rescore'
    ? await joinRescored(artifacts, input.parts)
    : await joinAudited(artifacts, input.parts, input.perturbation);
}
