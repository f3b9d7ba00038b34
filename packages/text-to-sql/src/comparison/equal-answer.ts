/** Exact accuracy: is the result the gold answer, as a multiset of parts? */
import type { Outcome } from '../executors/contract.ts';
import { answerParts, resultParts } from './answer-parts.ts';

/** True when both lists hold the same parts equally often, in any order. */
export function sameMultiset(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const counts = new Map<string, number>();
  for (const part of left) counts.set(part, (counts.get(part) ?? 0) + 1);
  for (const part of right) {
    const count = counts.get(part) ?? 0;
    if (count === 0) return false;
    counts.set(part, count - 1);
  }
  return true;
}

/** True when the query ran, was not cut at a cap, and its parts are the answer's; an answer without parts is equalled by nothing. */
export function equalAnswer(outcome: Outcome, gold: string): boolean {
  if (outcome.kind === 'error' || outcome.truncated) return false;
  const expected = answerParts(gold);
  return expected.length > 0 && sameMultiset(resultParts(outcome), expected);
}
