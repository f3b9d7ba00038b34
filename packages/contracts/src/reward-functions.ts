/** Names of the built-in reward functions (docs/rewards.md). Parts of metric names (`rewards/<name>/mean`), so never renamed. */
import { comparatorNames } from './comparators.ts';

export const rewardFunctionNames = [
  'outcome',
  'executes',
  'format',
  'length',
  ...comparatorNames,
  'cell_precision',
  'cell_recall',
  'tuple_cardinality',
  'arctic',
  'skyrl',
  'sql_r1_format',
  'sql_r1_execution',
  'sql_r1_result',
  'sql_r1_length',
] as const;
export type RewardFunctionName = (typeof rewardFunctionNames)[number];

/** Presets whose only function is `outcome`: what it gives for each outcome can be overridden. */
export const outcomePresets = ['default', 'paper'] as const;
export type OutcomePreset = (typeof outcomePresets)[number];

export function isOutcomePreset(preset: string): preset is OutcomePreset {
  return (outcomePresets as readonly string[]).includes(preset);
}

export function isRewardFunctionName(name: string): name is RewardFunctionName {
  return (rewardFunctionNames as readonly string[]).includes(name);
}
