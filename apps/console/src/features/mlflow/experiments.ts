/** Experiments as MLflow has them: they go by name, that of the config or of the sweep. */
import { createHash } from 'node:crypto';
import type { Store, StoredRun } from '@queryloop/store';
import type { MlflowExperiment } from './schemas.ts';

/** A run with the name of its experiment. */
export interface Placed {
  run: StoredRun;
  experiment: string;
}

export async function placedRuns(store: Store): Promise<Placed[]> {
  return await placed(store, await store.runs.list({ limit: Number.MAX_SAFE_INTEGER }));
}

export async function placed(store: Store, runs: readonly StoredRun[]): Promise<Placed[]> {
  const sweeps = new Map<string, string>();
  for (const { sweepId } of runs)
    if (sweepId !== null && !sweeps.has(sweepId))
      sweeps.set(sweepId, (await store.sweeps.get(sweepId))?.name ?? sweepId);
  return runs.map((run) => ({ run, experiment: sweeps.get(run.sweepId ?? '') ?? run.name }));
}

/** MLflow's ids are digits; these are the same wherever the name is. */
export function idOf(experiment: string): string {
  return String(createHash('sha256').update(experiment).digest().readUIntBE(0, 6));
}

export function experimentsOf(runs: readonly Placed[]): MlflowExperiment[] {
  const found = new Map<string, MlflowExperiment>();
  for (const { run, experiment } of runs) {
    const at = run.createdAt.getTime();
    const last = (run.finishedAt ?? run.createdAt).getTime();
    const known = found.get(experiment);
    found.set(experiment, {
      experiment_id: idOf(experiment),
      name: experiment,
      artifact_location: artifacts,
      lifecycle_stage: 'active',
      creation_time: Math.min(at, known?.creation_time ?? at),
      last_update_time: Math.max(last, known?.last_update_time ?? last),
      tags: [],
    });
  }
  return [...found.values()];
}

/** Artifacts are not served in MLflow's way. */
export const artifacts = 'queryloop:';
