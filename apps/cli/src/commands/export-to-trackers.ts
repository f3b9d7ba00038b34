/** `queryloop export --tensorboard` and `--mlflow`: runs, finished or not, as other trackers keep them. */
import { resolve } from 'node:path';
import { unknownRun } from '@queryloop/control';
import { openScreen, progressBar } from '../screen.ts';
import { withStore } from '../stored-run.ts';

export interface TrackerOptions {
  json: boolean;
}

/** Writes event files below `folder`, one sub-folder a run. */
export async function exportToTensorboard(
  ids: readonly string[],
  folder: string,
  { json }: TrackerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { runsNamed } = await import('@queryloop/control/export/tracked-run');
  const { writeTensorboard } = await import('@queryloop/control/export/tensorboard');
  const screen = openScreen({ json });
  const target = resolve(folder);
  const written = await withStore(async (store) => {
    const runs = [];
    for (const run of await runsNamed(store, ids)) {
      signal.throwIfAborted();
      const { folder: to, points } = await writeTensorboard(store, run, target);
      screen.line(`run ${run.id}, ${run.status}: ${points} points`);
      runs.push({ runId: run.id, folder: to, points });
    }
    return runs;
  });
  if (written === undefined) throw unknownRun(ids[0] ?? '');
  screen.line(`look at them: tensorboard --logdir ${folder}`);
  if (json) process.stdout.write(`${JSON.stringify({ tensorboard: target, runs: written })}\n`);
}

/** Pushes runs to the MLflow server at `uri`. */
export async function exportToMlflow(
  ids: readonly string[],
  uri: string,
  { json }: TrackerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { runsNamed } = await import('@queryloop/control/export/tracked-run');
  const { pushToMlflow } = await import('@queryloop/control/export/mlflow');
  const screen = openScreen({ json });
  const pushed = await withStore(async (store) =>
    pushToMlflow(store, await runsNamed(store, ids), uri, {
      signal,
      onProgress: (what, done, total) => screen.live(`${progressBar(done, total)}  ${what}`),
    }),
  );
  if (pushed === undefined) throw unknownRun(ids[0] ?? '');
  for (const { runId, created, points, files, page, notes } of pushed) {
    screen.line(`run ${runId}: ${created ? 'new there' : 'was there'}; added ${points} points, ${files} files`);
    for (const note of notes) screen.line(`  ${note}`);
    screen.line(`  ${page}`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ runs: pushed })}\n`);
}
