/** BIRD's execution accuracy (EX): the same set of rows. */
import type { Outcome } from '../executors/contract.ts';
import { rowKey } from './cell-value.ts';
import { type Gold, goldRows } from './gold.ts';

/**
 * 1 when result and gold hold the same distinct rows, columns in the same order; how often a row comes, and in which order, does not
 * count. Two empty tables are equal. Source: calculate_ex of BIRD mini-dev's evaluation_ex.py (arXiv 2305.03111, section 5).
 */
export function birdEx(outcome: Outcome, gold: Gold): 0 | 1 {
  if (outcome.kind === 'error' || outcome.truncated) return 0;
  const found = new Set(outcome.rows.map(rowKey));
  const expected = new Set(goldRows(gold).map(rowKey));
  return found.size === expected.size && [...found].every((row) => expected.has(row)) ? 1 : 0;
}
