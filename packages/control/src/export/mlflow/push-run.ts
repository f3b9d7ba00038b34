/** Pushes one run to an MLflow server. Pushed again, it adds what is new. */
import type { Store, StoredRun } from '@queryloop/store';
import { parametersOf, trackedSeries } from '../tracked-run.ts';
import { addArtifacts } from './artifacts.ts';
import { mlflowNotes, mlflowStatus, mlflowTags } from './as-mlflow.ts';
import { addParams, addPoints, missingPoints, type RemotePoint, type RemoteRun, runTagged } from './remote-run.ts';
import type { MlflowServer } from './server.ts';

export interface PushedRun {
  runId: string;
  /** Id that MLflow gave it. */
  mlflowRunId: string;
  /** Address of its page. */
  page: string;
  /** It was not there before. */
  created: boolean;
  /** Points of metrics that were added. */
  points: number;
  /** Files that were added. */
  files: number;
  /** What could not be done, in words. */
  notes: string[];
}

export interface PushRunOptions {
  experimentId: string;
  /** Run on the server that this one is shown under. */
  under?: RemoteRun | undefined;
  onProgress?(what: string, done: number, total: number): void;
}

/** @throws MlflowError and UserError as of the server */
export async function pushRun(
  server: MlflowServer,
  store: Store,
  run: StoredRun,
  { experimentId, under, onProgress = () => undefined }: PushRunOptions,
): Promise<PushedRun> {
  const series = await trackedSeries(store, run);
  const prepared = run.datasetHash === null ? null : await store.datasets.get(run.datasetHash);
  const tags = { ...mlflowTags(run, prepared?.label ?? null), ...(await mlflowNotes(store, run.id)) };
  const remote = await runTagged(server, {
    experimentId,
    name: run.id,
    key: 'queryloop.run_id',
    tags: { ...tags, ...(under && { 'mlflow.parentRunId': under.id }) },
    startedAt: run.createdAt,
  });
  const kept = await addParams(server, remote, parametersOf(run.config));
  const notes =
    kept.length === 0
      ? []
      : [`MLflow keeps the first value of ${kept.join(', ')}; config.yaml there has the present one`];
  const missing: RemotePoint[] = [];
  for (const [done, { name, points }] of series.entries()) {
    onProgress(`${run.id}: what is there`, done, series.length);
    const wanted = points.map(({ update, value, at }) => ({ step: update, value, timestamp: at.getTime() }));
    // One at a time: with very many points a call could not take them all as arguments.
    for (const point of await missingPoints(server, remote, name, wanted)) missing.push(point);
  }
  await addPoints(server, remote, missing, (done) => onProgress(`${run.id}: points`, done, missing.length));
  const added = await addArtifacts(server, store, run, remote);
  // Last: who sees the status of a run that has ended sees all of it.
  await endRun(server, remote, run);
  return {
    runId: run.id,
    mlflowRunId: remote.id,
    page: `${server.address}/#/experiments/${experimentId}/runs/${remote.id}`,
    created: remote.created,
    points: missing.length,
    files: added.files,
    notes: [...notes, ...added.notes],
  };
}

/** Sets the status and, of what has ended, when that was. */
export async function endRun(
  server: MlflowServer,
  remote: RemoteRun,
  { status, finishedAt }: Pick<StoredRun, 'status' | 'finishedAt'>,
): Promise<void> {
  await server.post('runs/update', {
    run_id: remote.id,
    status: mlflowStatus[status],
    ...(finishedAt && { end_time: finishedAt.getTime() }),
  });
}
