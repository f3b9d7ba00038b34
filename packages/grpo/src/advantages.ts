/** Group-relative advantages: how much better each completion did than its group, the learning signal of GRPO. */
import { mean, sampleStd } from './moments.ts';

export type ScaleRewards = 'group' | 'batch' | 'none';

/** Added to the standard deviation before dividing by it, as TRL does. */
export const STD_EPSILON = 1e-4;

/** Below this a group's standard deviation is rounding noise of equal rewards (the tolerance of torch.isclose). */
export const ZERO_STD = 1e-8;

export interface Advantages {
  /** Same shape as the rewards. */
  advantages: number[][];
  /** Per group: all scored rewards equal, so nothing can be learned from it. Not affected by `scaleRewards`. */
  zeroStd: boolean[];
}

/**
 * A_i = (r_i − mean of its group) / (s + 1e-4), with s the standard deviation (n − 1) of the group or of the batch, or no
 * division at all (DeepSeekMath, arXiv 2402.03300, section 4.1; Dr. GRPO, arXiv 2503.20783, for 'none').
 *
 * `rewards` holds one array per group; groups may differ in size. A null reward (could not be scored) stays out of every
 * mean and standard deviation and gets advantage 0. A group of equal rewards, or with fewer than two scored ones, gets
 * advantages of exactly 0. Throws on an empty group and on a reward that is not a finite number.
 */
export function computeAdvantages({
  rewards,
  scaleRewards,
}: {
  rewards: readonly (readonly (number | null)[])[];
  scaleRewards: ScaleRewards;
}): Advantages {
  const scored = rewards.map(scoredRewards);
  const batchStd = scaleRewards === 'batch' ? sampleStd(scored.flat()) : 0;
  const zeroStd = scored.map((group) => sampleStd(group) <= ZERO_STD);
  const advantages = rewards.map((group, g) => {
    const own = scored[g] ?? [];
    if (zeroStd[g]) return group.map(() => 0);
    const baseline = mean(own);
    const scale = scaleRewards === 'none' ? 1 : (scaleRewards === 'batch' ? batchStd : sampleStd(own)) + STD_EPSILON;
    return group.map((reward) => (reward === null ? 0 : (reward - baseline) / scale));
  });
  return { advantages, zeroStd };
}

function scoredRewards(group: readonly (number | null)[], g: number): number[] {
  if (group.length === 0) throw new RangeError(`Group ${g} has no completions.`);
  return group.filter((reward, i): reward is number => {
    if (reward !== null && !Number.isFinite(reward)) {
      throw new RangeError(
        `Reward of completion ${i} of group ${g} is ${reward}; expected a finite number, or null when it cannot be scored.`,
      );
    }
    return reward !== null;
  });
}
