/** What the reward of a config is made of: published schemes as lists of functions with weights, or the config's own list. */
import {
  isOutcomePreset,
  type OutcomePreset,
  type OutcomeWeights,
  type RewardConfig,
  type RewardFunctionName,
} from '@queryloop/contracts';

/**
 * `default`: 1 / 0 / −0.5. `paper` (arXiv 2506.06093, reward design): +1 for executing, −100 for an error, 0–100 for partial
 * match and +1000 for an exact one, which add up: 1 + 100 + 1000 for a right answer.
 */
export const presetWeights: Record<OutcomePreset, OutcomeWeights> = {
  default: { correct: 1, wrong: 0, failed: -0.5, partial: 0 },
  paper: { correct: 1001, wrong: 1, failed: -100, partial: 100 },
};

interface Weighted {
  name: RewardFunctionName;
  weight: number;
}

/** Sources and what had to be decided: docs/rewards.md. */
export const rewardPresets: Record<RewardConfig['preset'], readonly Weighted[]> = {
  default: [{ name: 'outcome', weight: 1 }],
  paper: [{ name: 'outcome', weight: 1 }],
  'sql-r1': [
    { name: 'sql_r1_format', weight: 1 },
    { name: 'sql_r1_execution', weight: 2 },
    { name: 'sql_r1_result', weight: 3 },
    { name: 'sql_r1_length', weight: 1 },
  ],
  arctic: [{ name: 'arctic', weight: 1 }],
  skyrl: [{ name: 'skyrl', weight: 1 }],
  think2sql: [
    { name: 'cell_precision', weight: 0.3 },
    { name: 'cell_recall', weight: 0.3 },
    { name: 'tuple_cardinality', weight: 0.3 },
    { name: 'format', weight: 0.1 },
  ],
};

/** One function of a reward. */
export interface RewardTerm {
  name: string;
  weight: number;
  /** Of `outcome`: what each is worth. */
  weights?: OutcomeWeights;
  /** Absolute path of the user's own, and the content that it must have. */
  module?: string;
  sha256?: string;
}

/** The functions of a config's reward, in their order. */
export function rewardTerms(reward: RewardConfig): RewardTerm[] {
  if (reward.functions !== undefined) {
    return reward.functions.map(({ name, weight, module, sha256 }) => ({
      name,
      weight,
      ...(name === 'outcome' && { weights: presetWeights.default }),
      ...(module !== undefined && { module }),
      ...(sha256 !== undefined && { sha256 }),
    }));
  }
  const weights = outcomeWeights(reward);
  return rewardPresets[reward.preset].map((term) => ({ ...term, ...(weights && { weights }) }));
}

/** The preset's weights with the config's overrides; null for a reward that other functions make. */
export function outcomeWeights(reward: RewardConfig): OutcomeWeights | null {
  const { preset, functions, correct, wrong, failed, partial } = reward;
  if (functions !== undefined || !isOutcomePreset(preset)) return null;
  const base = presetWeights[preset];
  return {
    correct: correct ?? base.correct,
    wrong: wrong ?? base.wrong,
    failed: failed ?? base.failed,
    partial: partial ?? base.partial,
  };
}
