/** Compares the base with the trained policy, and notes the comparison beside their evaluations. */
import type { ArtifactStore, ComparePoliciesInput, ComparePoliciesOutput } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { comparePolicies } from '../compare-policies.ts';

export async function compareRecorded(
  store: Store,
  artifacts: ArtifactStore,
  input: ComparePoliciesInput,
): Promise<ComparePoliciesOutput> {
  const output = await comparePolicies(input, artifacts);
  const evaluations = await store.evaluations.list(input.runId);
  const idOf = (update: number): string | undefined =>
    evaluations.find((evaluation) => evaluation.split === 'test' && evaluation.update === update)?.id;
  const baseId = idOf(0);
  const finalId = idOf(input.finalUpdate);
  if (baseId === undefined || finalId === undefined)
    throw new Error(`run ${input.runId}: the evaluations to compare are not in the store`);
  await store.comparisons.record(input.runId, { baseId, finalId, ...output.comparison });
  return output;
}
