/** Which queries a reward takes for right. */
import { comparators, type RewardTerm } from '@queryloop/text-to-sql';
import type { PreparedQuestion } from '../dataset-artifact.ts';
import type { ScoredAttempt } from '../query-scorer.ts';

/** Right answers, and those that a comparator of the reward takes for right. */
export function rewardedBy(
  terms: readonly RewardTerm[],
): (attempt: Pick<ScoredAttempt, 'correct' | 'failed' | 'outcome'>, question: PreparedQuestion) => boolean {
  const compare = terms.flatMap(({ name, weight, module }) => {
    const comparator = (comparators as Partial<Record<string, (typeof comparators)['exact']>>)[name];
    return comparator !== undefined && module === undefined && weight > 0 ? [comparator] : [];
  });
  return ({ correct, failed, outcome }, question) =>
    correct || (!failed && compare.some((comparator) => comparator(outcome, question) === 1));
}
