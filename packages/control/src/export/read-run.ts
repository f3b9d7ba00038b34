/** What the store knows of a finished run, as an export needs it. */
import {
  type ArtifactRef,
  basePolicy,
  type Metrics,
  type PolicyState,
  type PrepareDatasetOutput,
  type UpdatePolicyOutput,
  UserError,
} from '@queryloop/contracts';
import type { Store, StoredEvaluation, StoredRun } from '@queryloop/store';
import { unknownRun } from '../known-run.ts';
import type { RecordedUpdate } from './hash-chain.ts';

export interface FinishedRun {
  run: StoredRun & { result: NonNullable<StoredRun['result']> };
  prepared: PrepareDatasetOutput;
  base: ArtifactRef;
  /** By update, 0 being the warm start. */
  metrics: Metrics[];
  updates: RecordedUpdate[];
  evaluations: StoredEvaluation[];
}

/** @throws UserError when there is no such run, or it has not finished */
export async function readRun(store: Store, runId: string): Promise<FinishedRun> {
  const run = await store.runs.get(runId);
  if (run === null) throw unknownRun(runId);
  const { result } = run;
  if (result === null || run.datasetHash === null) {
    throw new UserError({
      message: `run ${runId} is ${run.status} and has no result yet: only a finished run is exported`,
      field: 'run',
      hint: `queryloop resume ${runId}`,
      kind: 'conflict',
    });
  }
  const prepared = await store.datasets.get(run.datasetHash);
  if (prepared === null) throw new Error(`run ${runId}: its dataset is not in the store`);
  const metrics = await metricsByUpdate(store, runId, result.updates);
  return {
    run: { ...run, result },
    prepared,
    metrics,
    evaluations: await store.evaluations.list(runId),
    ...(await recordedUpdates(store, runId, metrics)),
  };
}

async function metricsByUpdate(store: Store, runId: string, updates: number): Promise<Metrics[]> {
  const all: Metrics[] = Array.from({ length: updates + 1 }, () => ({}));
  for (const name of await store.metrics.names(runId)) {
    for (const { update, value } of await store.metrics.series(runId, name)) {
      const metrics = all[update];
      if (metrics) metrics[name] = value;
    }
  }
  return all;
}

async function recordedUpdates(
  store: Store,
  runId: string,
  metrics: readonly Metrics[],
): Promise<Pick<FinishedRun, 'base' | 'updates'>> {
  const steps = new Map((await store.steps.list(runId)).map((step) => [`${step.update} ${step.name}`, step.output]));
  const policyAfter = (update: number): PolicyState => {
    // Written anew where the run went on with other settings.
    const output = steps.get(`${update} snapshotPolicy`) ?? steps.get(`${update} updatePolicy`);
    if (output === undefined) throw new Error(`run ${runId}: update ${update} is not in the store`);
    return (output as UpdatePolicyOutput).policy;
  };
  const base = (await store.checkpoints.list(runId)).find(({ update }) => update === 0)?.checkpoint;
  if (base === undefined) throw new Error(`run ${runId}: its base policy is not in the store`);
  const rollouts = (await store.rollouts.list(runId)).filter(({ update }) => update < metrics.length);
  const updates = rollouts.map(({ update, parts, gradients }): RecordedUpdate => {
    const { policy } = steps.get(`${update} updatePolicy`) as UpdatePolicyOutput;
    return {
      update,
      policyBefore: update === 1 ? basePolicy(base) : policyAfter(update - 1),
      scored: parts,
      gradients,
      snapshot: policy.replay.length === 0 ? policy.snapshot : null,
      metrics: metrics[update] ?? {},
    };
  });
  const gap = updates.findIndex(({ update }, i) => update !== i + 1);
  if (gap >= 0 || updates.length !== metrics.length - 1)
    throw new Error(`run ${runId}: update ${gap >= 0 ? gap + 1 : updates.length + 1} is not in the store`);
  return { base, updates };
}
