/** The advantages of a batch, however its rewards are combined. */
import { type Advantages, computeAdvantages, type ScaleRewards } from './advantages.ts';
import { gdpoAdvantages, type RewardScores } from './gdpo.ts';

export interface RewardedBatch {
  /** Per group, per completion; null for one that is not learned from. */
  rewards: readonly (readonly (number | null)[])[];
  scaleRewards: ScaleRewards;
  /** Where functions are combined by GDPO, which has a normalisation of its own; else rewards are normalised as `scaleRewards` says. */
  gdpo?: RewardScores | undefined;
}

export function batchAdvantages({ rewards, scaleRewards, gdpo }: RewardedBatch): Advantages {
  return gdpo === undefined ? computeAdvantages({ rewards, scaleRewards }) : gdpoAdvantages({ rewards, ...gdpo });
}
