/** Turns what came of a query into a verdict and a reward. */

import { rems, resultText } from '../comparison/ems.ts';
import { equalAnswer } from '../comparison/equal-answer.ts';
import type { ErrorCode, Outcome } from '../executors/contract.ts';
import type { RewardWeights } from './presets.ts';

export interface Scored {
  /** `empty`: executed without a value; `truncated`: cut at a cap; an error's code when it did not execute. */
  verdict: 'ok' | 'wrong' | 'empty' | 'truncated' | ErrorCode;
  /** Exact accuracy. */
  correct: boolean;
  /** Did not execute. */
  failed: boolean;
  reward: number;
}

/** @param gold the answer as the dataset gives it, parts joined by ", " */
export function scoreOutcome(outcome: Outcome, gold: string, weights: RewardWeights): Scored {
  if (outcome.kind === 'error') return { verdict: outcome.code, correct: false, failed: true, reward: weights.failed };
  const correct = equalAnswer(outcome, gold);
  const partial = weights.partial === 0 ? 0 : weights.partial * rems(resultText(outcome), gold);
  return {
    verdict: verdictOf(outcome, correct),
    correct,
    failed: false,
    reward: (correct ? weights.correct : weights.wrong) + partial,
  };
}

function verdictOf(outcome: Extract<Outcome, { kind: 'rows' }>, correct: boolean): Scored['verdict'] {
  if (correct) return 'ok';
  if (outcome.truncated) return 'truncated';
  return outcome.rows.every((row) => row.every((cell) => cell === null || cell === '')) ? 'empty' : 'wrong';
}
