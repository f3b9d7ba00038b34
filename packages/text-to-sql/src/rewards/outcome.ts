/** The reward function `outcome`: one value for each outcome, and part of one for each part of the answer that was found. */
import type { OutcomeWeights } from '@queryloop/contracts';
import { rems, resultText } from '../comparison/ems.ts';
import { each, type RewardedQuery, type RewardFunction, ran } from './contract.ts';

/**
 * What an outcome is worth: `correct` or `wrong` (also an empty or cut result) when it executed, and `partial` times the share of
 * answer parts matched (REMS, 0–1) on top; `failed` when it did not.
 *
 * @param matched gives REMS; asked only where it counts
 */
export function outcomeWorth(
  query: Pick<RewardedQuery, 'verdict'>,
  { correct, wrong, failed, partial }: OutcomeWeights,
  matched: () => number,
): number {
  if (!ran(query)) return failed;
  return (query.verdict === 'ok' ? correct : wrong) + (partial === 0 ? 0 : partial * matched());
}

export function outcomeReward(weights: OutcomeWeights): RewardFunction {
  return each((query) => outcomeWorth(query, weights, () => rems(resultText(query.outcome), query.gold.answer)));
}
