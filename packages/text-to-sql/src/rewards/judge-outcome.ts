/** Turns what came of a query into a verdict. */
import type { OutcomeClass } from '@queryloop/contracts';
import { equalGold } from '../comparison/equal-answer.ts';
import type { Gold } from '../comparison/gold.ts';
import type { Outcome } from '../executors/contract.ts';

export interface Judged {
  /** `empty`: executed without a value; `truncated`: cut at a cap; an error's code when it did not execute. */
  verdict: OutcomeClass;
  /** Exact accuracy. */
  correct: boolean;
  /** Did not execute. */
  failed: boolean;
}

export function judgeOutcome(outcome: Outcome, gold: Gold): Judged {
  if (outcome.kind === 'error') return { verdict: outcome.code, correct: false, failed: true };
  const correct = equalGold(outcome, gold);
  return { verdict: verdictOf(outcome, correct), correct, failed: false };
}

function verdictOf(outcome: Extract<Outcome, { kind: 'rows' }>, correct: boolean): Judged['verdict'] {
  if (correct) return 'ok';
  if (outcome.truncated) return 'truncated';
  return outcome.rows.every((row) => row.every((cell) => cell === null || cell === '')) ? 'empty' : 'wrong';
}
