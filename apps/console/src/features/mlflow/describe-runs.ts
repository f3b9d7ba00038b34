/** Runs as MLflow has them. */
import { mlflowStatus, mlflowTags } from '@queryloop/control/export/mlflow';
import { parametersOf } from '@queryloop/control/export/tracked-run';
import type { LatestPoint, Store } from '@queryloop/store';
import { artifacts, idOf, type Placed } from './experiments.ts';
import type { MlflowEntry, MlflowRun } from './schemas.ts';

/** All but the notes. */
export async function describeRuns(store: Store, runs: readonly Placed[]): Promise<MlflowRun[]> {
  const labels = new Map<string, string | null>();
  const metrics = new Map<string, LatestPoint[]>(runs.map(({ run }) => [run.id, []]));
  for (const point of await store.latest.points([...metrics.keys()])) metrics.get(point.runId)?.push(point);
  const described: MlflowRun[] = [];
  for (const { run, experiment } of runs) {
    const hash = run.datasetHash;
    if (hash !== null && !labels.has(hash)) labels.set(hash, (await store.datasets.get(hash))?.label ?? null);
    const tags = { 'mlflow.runName': run.id, ...mlflowTags(run, labels.get(hash ?? '') ?? null) };
    const latest = metrics.get(run.id) ?? [];
    described.push({
      info: {
        run_id: run.id,
        run_uuid: run.id,
        run_name: run.id,
        experiment_id: idOf(experiment),
        user_id: 'queryloop',
        status: mlflowStatus[run.status],
        start_time: run.createdAt.getTime(),
        ...(run.finishedAt && { end_time: run.finishedAt.getTime() }),
        artifact_uri: `${artifacts}${run.id}`,
        lifecycle_stage: 'active',
      },
      data: {
        metrics: latest.map(({ name, update, value, at }) => ({
          key: name,
          value,
          timestamp: (at ?? run.createdAt).getTime(),
          step: update,
        })),
        params: entries(parametersOf(run.config)),
        tags: entries(tags),
      },
    });
  }
  return described;
}

export function entries(values: Record<string, string>): MlflowEntry[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
