/** What a run leaves behind that must not depend on how often it was interrupted: everything but times, attempts and ids. */
import { type OpenStoreOptions, openStore, type Store } from '@queryloop/store';

/** Status, final checkpoint, every metric row, evaluation, prediction, rollout and checkpoint of a run, ready to compare. */
export async function summaryOf(where: OpenStoreOptions, runId: string): Promise<object> {
  const store = await openStore(where);
  try {
    return await summarize(store, runId);
  } finally {
    await store.close();
  }
}

async function summarize(store: Store, runId: string): Promise<object> {
  const run = await store.runs.get(runId);
  const metrics = Object.fromEntries(
    await Promise.all(
      (await store.metrics.names(runId)).map(async (name) => [name, await store.metrics.series(runId, name)] as const),
    ),
  );
  const evaluations = await Promise.all(
    (await store.evaluations.list(runId)).map(async ({ id, ...evaluation }) => ({
      ...evaluation,
      rows: await store.evaluations.predictions(id),
    })),
  );
  const { checkpoint, base, final, comparison, dev, bestUpdate, updates, tokens } = run?.result ?? {};
  return {
    status: run?.status,
    error: run?.error,
    result: { checkpoint, base, final, comparison, dev, bestUpdate, updates, tokens },
    metrics,
    evaluations: evaluations.sort((a, b) => a.update - b.update || a.split.localeCompare(b.split)),
    rollouts: await store.rollouts.list(runId),
    checkpoints: (await store.checkpoints.list(runId)).map(({ prunedAt, ...checkpoint }) => ({
      ...checkpoint,
      pruned: prunedAt !== null,
    })),
  };
}
