/** GDPO (arXiv 2601.05242): each reward function is made an advantage of its own before they are added up. */
import { type Advantages, computeAdvantages, STD_EPSILON, ZERO_STD } from './advantages.ts';
import { mean, sampleStd } from './moments.ts';

/** What each reward function gave. */
export interface RewardScores {
  /** Per function. */
  weights: readonly number[];
  /** Per function, per group, per completion; null where it could not score. */
  scores: readonly (readonly (readonly (number | null)[])[])[];
}

/**
 * A = (Σ_k w_k a_k − μ) / (σ + 1e-4): a_k is function k's score less its group's mean, divided by its group's standard deviation
 * (+ 1e-4), and μ, σ (n − 1) are those of the sums over the batch. A score of null adds nothing, as in TRL.
 *
 * `rewards` has the shape of one function's scores: where it is null, a completion stays out of everything and gets 0. A group in
 * which no function tells completions apart, or in which they cancel out, gets 0 exactly. Throws as computeAdvantages does.
 */
export function gdpoAdvantages({
  rewards,
  weights,
  scores,
}: RewardScores & { rewards: readonly (readonly (number | null)[])[] }): Advantages {
  if (weights.length !== scores.length)
    throw new RangeError(`${weights.length} weights for the scores of ${scores.length} reward functions`);
  const sums = rewards.map((group) => group.map((reward): number | null => (reward === null ? null : 0)));
  scores.forEach((own, k) => {
    const counted = rewards.map((group, g) =>
      group.map((reward, i) => (reward === null ? null : (own[g]?.[i] ?? null))),
    );
    const { advantages } = computeAdvantages({ rewards: counted, scaleRewards: 'group' });
    sums.forEach((group, g) => {
      group.forEach((sum, i) => {
        if (sum !== null) group[i] = sum + (weights[k] ?? 0) * (advantages[g]?.[i] ?? 0);
      });
    });
  });
  const ofGroups = sums.map((group) => group.filter((sum) => sum !== null));
  const zeroStd = ofGroups.map((group) => sampleStd(group) <= ZERO_STD);
  const batch = ofGroups.flat();
  const [centre, scale] = [mean(batch), sampleStd(batch) + STD_EPSILON];
  return {
    advantages: sums.map((group, g) => group.map((sum) => (sum === null || zeroStd[g] ? 0 : (sum - centre) / scale))),
    zeroStd,
  };
}
