/** BIRD mini-dev's soft F1: how much of each gold row stands in the row at the same place. */
import type { Cell } from '../databases/schema.ts';
import type { Outcome } from '../executors/contract.ts';
import { cellValue, distinctRows } from './cell-value.ts';
import { type Gold, goldRows } from './gold.ts';

/**
 * F1 of cells, rows without repetitions, the first with the first and so on, whatever the order of either table; columns in any order.
 * Shares are of the gold row's cells: a cell of the result that the gold row holds counts as found each time it comes (tp), one that it
 * does not hold counts against precision (fp), a gold cell that the result's row lacks against recall (fn); a row without a partner
 * counts whole. Two empty tables give 1.
 *
 * Source: calculate_f1_score of BIRD mini-dev's evaluation_f1.py.
 */
export function softF1(outcome: Outcome, gold: Gold): number {
  if (outcome.kind === 'error' || outcome.truncated) return 0;
  const expected = distinctRows(goldRows(gold));
  const found = distinctRows(outcome.rows);
  if (expected.length === 0 && found.length === 0) return 1;
  let matched = 0;
  let foundOnly = Math.max(0, found.length - expected.length);
  let goldOnly = Math.max(0, expected.length - found.length);
  for (let row = 0; row < Math.min(expected.length, found.length); row++) {
    const shares = compareRows(found[row] as Cell[], expected[row] as Cell[]);
    matched += shares.matched;
    foundOnly += shares.foundOnly;
    goldOnly += shares.goldOnly;
  }
  const precision = matched + foundOnly > 0 ? matched / (matched + foundOnly) : 0;
  const recall = matched + goldOnly > 0 ? matched / (matched + goldOnly) : 0;
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}

/** Shares of the gold row's cells. */
function compareRows(found: readonly Cell[], expected: readonly Cell[]) {
  const foundValues = found.map(cellValue);
  const goldValues = expected.map(cellValue);
  const matches = foundValues.filter((value) => goldValues.includes(value)).length;
  const missed = goldValues.filter((value) => !foundValues.includes(value)).length;
  const cells = expected.length;
  return { matched: matches / cells, foundOnly: (found.length - matches) / cells, goldOnly: missed / cells };
}
