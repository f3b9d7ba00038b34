/** Deletes snapshots and gradients that a run does not need any more, and no other run either. */
import type { ArtifactRef, ArtifactStore, ComputeGradientOutput, PruneCheckpointsInput } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';

/** Rows are marked before files are deleted: of two runs that let go of one snapshot at once, one at least deletes it. */
export async function pruneCheckpoints(
  store: Store,
  artifacts: ArtifactStore,
  { runId, keepLast, keep }: PruneCheckpointsInput,
): Promise<void> {
  const { unneeded, before } = await store.checkpoints.prune(runId, { keepLast, keep });
  for (const ref of unneeded) await artifacts.remove(ref);
  const gradients = await store.rollouts.pruneGradients(runId, before);
  for (const ref of gradients.unneeded) await artifacts.remove(ref);
  // What the shards gave to the sum was needed for that sum only.
  for (const ref of await shardGradients(store, runId, gradients.updates))
    if (!gradients.needed.has(ref.hash)) await artifacts.remove(ref);
}

async function shardGradients(store: Store, runId: string, updates: number[]): Promise<ArtifactRef[]> {
  const outputs = await store.steps.outputs(runId, 'computeGradient:', updates.at(0) ?? 0, updates.at(-1) ?? 0);
  return outputs.flatMap((output) => (output as ComputeGradientOutput).gradient ?? []);
}
