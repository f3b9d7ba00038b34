/** How likely a policy finds completions that it did not sample itself. */
import type { Policy } from '@queryloop/policy';

export interface GivenGroup {
  promptIds: readonly number[];
  /** Token ids of each, the end token included. */
  completions: readonly (readonly number[])[];
}

/** Log-probability of each token at the temperature, per group and completion; groups without completions are fine. */
export async function policyLogProbs(
  policy: Policy,
  groups: readonly GivenGroup[],
  temperature: number,
): Promise<number[][][]> {
  const filled = groups.filter(({ completions }) => completions.length > 0);
  if (filled.length === 0) return groups.map(() => []);
  const batch = policy.packGroups(filled);
  const checkpointedLayers = policy.config.layers;
  const logProbs = policy.tf.tidy(() => policy.forward(batch, temperature, { checkpointedLayers }).logProbs);
  const values = await logProbs.data();
  logProbs.dispose();
  let row = 0;
  return groups.map(({ completions }) =>
    completions.map((ids) => {
      const start = row++ * batch.maxTokens;
      return Array.from(values.subarray(start, start + ids.length));
    }),
  );
}
