/** What reward functions gave, as it is added up, stored, and read again for an update. */
import type { RewardComponents, RewardConfig, Rewards } from '@queryloop/contracts';
import { combineRewards } from '@queryloop/grpo/combine-rewards';
import { outcomeWeights, type RewardTerm } from '@queryloop/text-to-sql';

/** Scores per function, group and completion. */
export type ComponentScores = readonly (readonly (readonly (number | null)[])[])[];

/** Σ w · score of each completion of a group, functions that do not apply left out; null where none does. */
export function weightedSums(
  terms: readonly Pick<RewardTerm, 'name' | 'weight'>[],
  scores: ComponentScores,
  group: number,
): (number | null)[] {
  return combineRewards({
    scores: Object.fromEntries(terms.map(({ name }, k) => [name, scores[k]?.[group] ?? []])),
    weights: Object.fromEntries(terms.map(({ name, weight }) => [name, weight])),
  });
}

/** What of it belongs into the artifact: nothing where the reward says all, as in earlier versions. */
export function componentsToKeep(
  reward: RewardConfig,
  terms: readonly RewardTerm[],
  scores: (number | null)[][][],
): Pick<Rewards, 'components'> {
  const combine = reward.combine ?? 'sum';
  if (combine === 'sum' && outcomeWeights(reward) !== null) return {};
  const functions = terms.map(({ name, weight, sha256 }) => ({ name, weight, ...(sha256 && { sha256 }) }));
  return { components: { combine, functions, scores } };
}

/** Per function, its scores of the completions that are learned from, in the order of the batch. */
export function scoresByName(
  components: RewardComponents | undefined,
  rewards: readonly (readonly (number | null)[])[],
): Record<string, (number | null)[]> {
  return Object.fromEntries(
    (components?.functions ?? []).map(({ name }, k) => [
      name,
      rewards.flatMap((group, g) =>
        group.map((reward, i) => (reward === null ? null : (components?.scores[k]?.[g]?.[i] ?? null))),
      ),
    ]),
  );
}
