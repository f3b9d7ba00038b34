/** Exact accuracy: is the result the gold answer, as a multiset of parts? */
import type { Outcome } from '../executors/contract.ts';
import { answerParts, resultParts, rowParts } from './answer-parts.ts';
import type { Gold } from './gold.ts';

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

/**
 * Exact accuracy against a gold that may have rows. Their parts are compared as the answer's are; where they are ordered, row by row,
 * columns in any order. Without rows the answer text decides, ordered or not as the gold says. Gold rows may be empty: then an
 * empty result is right.
 */
export function equalGold(outcome: Outcome, gold: Gold): boolean {
  if (outcome.kind === 'error' || outcome.truncated) return false;
  const { answer, rows, ordered = false } = gold;
  if (rows === undefined) {
    if (!ordered) return equalAnswer(outcome, answer);
    const expected = answerParts(answer);
    const found = resultParts(outcome);
    return expected.length > 0 && found.length === expected.length && expected.every((part, i) => part === found[i]);
  }
  if (!ordered) return sameMultiset(resultParts(outcome), rows.flatMap(rowParts));
  return (
    rows.length === outcome.rows.length &&
    rows.every((row, i) => sameMultiset(rowParts(row), rowParts(outcome.rows[i] ?? [])))
  );
}
