/** What each outcome is worth: the presets of the config and their overrides. */
import type { RewardConfig } from '@queryloop/contracts';

export interface RewardWeights {
  /** The answer is equal (exact multiset). */
  correct: number;
  /** Executed, but the answer differs: also an empty or cut result. */
  wrong: number;
  /** Did not execute. */
  failed: number;
  /** Times the share of answer parts matched (REMS, 0–1), added whenever the query executed. */
  partial: number;
}

/**
 * `default`: 1 / 0 / −0.5. `paper` (arXiv 2506.06093, reward design): +1 for executing, −100 for an error, 0–100 for partial
 * match and +1000 for an exact one, which add up: 1 + 100 + 1000 for a right answer.
 */
export const rewardPresets: Record<'default' | 'paper', RewardWeights> = {
  default: { correct: 1, wrong: 0, failed: -0.5, partial: 0 },
  paper: { correct: 1001, wrong: 1, failed: -100, partial: 100 },
};

/** The preset with the config's overrides. */
export function rewardWeights({ preset, correct, wrong, failed, partial }: RewardConfig): RewardWeights {
  const base = rewardPresets[preset as 'default' | 'paper'];
  return {
    correct: correct ?? base.correct,
    wrong: wrong ?? base.wrong,
    failed: failed ?? base.failed,
    partial: partial ?? base.partial,
  };
}
