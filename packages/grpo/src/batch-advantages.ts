/** The advantages of a batch, however its rewards are combined. */
import { type Advantages, computeAdvantages, type ScaleRewards } from './advantages.ts';
import { gdpoAdvantages, type RewardScores } from './gdpo.ts';
import { turnAdvantages } from './turn-advantages.ts';

export interface RewardedBatch {
  /** Per group, per completion; null for one that is not learned from. */
  rewards: readonly (readonly (number | null)[])[];
  scaleRewards: ScaleRewards;
  /** Where functions are combined by GDPO, which has a normalisation of its own; else rewards are normalised as `scaleRewards` says. */
  gdpo?: RewardScores | undefined;
  /** Where turns learn from rewards of their own: per group, per completion, those of the turns before the last. */
  turnRewards?: readonly (readonly (readonly (number | null)[])[])[] | undefined;
}

export interface BatchAdvantages extends Advantages {
  /** Per group, per completion, per turn, where turns have advantages of their own; `advantages` are then those of the last turns. */
  ofTurns?: number[][][];
}

export function batchAdvantages({ rewards, scaleRewards, gdpo, turnRewards }: RewardedBatch): BatchAdvantages {
  if (turnRewards !== undefined) {
    const { advantages: ofTurns, zeroStd } = turnAdvantages({ rewards, turnRewards, scaleRewards });
    return { advantages: ofTurns.map((group) => group.map((turns) => turns.at(-1) ?? 0)), zeroStd, ofTurns };
  }
  return gdpo === undefined ? computeAdvantages({ rewards, scaleRewards }) : gdpoAdvantages({ rewards, ...gdpo });
}
