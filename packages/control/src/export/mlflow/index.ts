/** Pushes runs and sweeps to an MLflow server; runs of a sweep are nested under it. */
import { UserError } from '@queryloop/contracts';
import type { Store, StoredRun, StoredSweep } from '@queryloop/store';
import { endRun, type PushedRun, type PushRunOptions, pushRun } from './push-run.ts';
import { experimentNamed, type RemoteRun, runTagged } from './remote-run.ts';
import { MlflowError, type MlflowServer, mlflowServer } from './server.ts';

export { mlflowNotes, mlflowStatus, mlflowTags } from './as-mlflow.ts';
export type { PushedRun } from './push-run.ts';

export interface PushOptions extends Pick<PushRunOptions, 'onProgress'> {
  signal?: AbortSignal;
}

/**
 * Pushes runs to the server at `uri`: each into the experiment named like its own, or like its sweep and there under the
 * sweep's run. Runs that are there, known by their tag queryloop.run_id, get what they do not have yet.
 * @throws UserError when the server cannot be reached, does not let us in, refuses something or is none
 */
export async function pushToMlflow(
  store: Store,
  runs: readonly StoredRun[],
  uri: string,
  { onProgress, signal }: PushOptions = {},
): Promise<PushedRun[]> {
  const server = mlflowServer(uri, { ...(signal && { signal }) });
  const sweeps = new Map<string, RemoteRun>();
  const pushed: PushedRun[] = [];
  try {
    for (const run of runs) {
      const sweep = run.sweepId === null ? null : await store.sweeps.get(run.sweepId);
      const experimentId = await experimentNamed(server, sweep?.name ?? run.name);
      const under = sweep && (sweeps.get(sweep.id) ?? (await pushSweep(server, sweep, experimentId)));
      if (sweep && under) sweeps.set(sweep.id, under);
      pushed.push(
        await pushRun(server, store, run, { experimentId, ...(under && { under }), ...(onProgress && { onProgress }) }),
      );
    }
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error;
    throw new UserError({ message: `--mlflow ${server.address}: refused: ${error.message}`, field: '--mlflow' });
  }
  return pushed;
}

async function pushSweep(server: MlflowServer, sweep: StoredSweep, experimentId: string): Promise<RemoteRun> {
  const best = sweep.result?.best;
  const remote = await runTagged(server, {
    experimentId,
    name: sweep.id,
    key: 'queryloop.sweep',
    tags: {
      'queryloop.sweep': sweep.id,
      'queryloop.status': sweep.status,
      ...(best && { 'queryloop.best_settings': best.trial }),
      'mlflow.source.name': 'queryloop',
    },
    startedAt: sweep.createdAt,
  });
  await endRun(server, remote, sweep);
  return remote;
}
