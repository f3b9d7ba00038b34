/**
 * The three QATCH metrics that Think2SQL rewards (arXiv 2504.15077; QATCH, NeurIPS 2023): cells of the result among the gold ones and
 * the other way round, as sets, and the ratio of the numbers of rows. Cells are equal as for the other comparators of rows.
 */
import { cellValue } from '../comparison/cell-value.ts';
import { goldRows } from '../comparison/gold.ts';
import type { Cell } from '../databases/schema.ts';
import type { RewardedQuery } from './contract.ts';

type Table = { found: readonly Cell[][]; expected: readonly Cell[][] };

export const qatch = {
  cellPrecision: metric(({ found, expected }) => shareOf(cellsOf(found), cellsOf(expected))),
  cellRecall: metric(({ found, expected }) => shareOf(cellsOf(expected), cellsOf(found))),
  tupleCardinality: metric(
    ({ found, expected }) => Math.min(found.length, expected.length) / Math.max(found.length, expected.length),
  ),
};

/** 0 for a query that failed or was cut; two empty tables 1, one empty table 0, whatever the metric. Three decimals, as published. */
function metric(score: (tables: Table) => number): (query: RewardedQuery) => number {
  return ({ outcome, gold }) => {
    if (outcome.kind === 'error' || outcome.truncated) return 0;
    const [found, expected] = [outcome.rows, goldRows(gold)];
    if (found.length === 0 || expected.length === 0) return found.length === expected.length ? 1 : 0;
    return Math.round(score({ found, expected }) * 1000) / 1000;
  };
}

/** Share of `cells` that stand among `others`. */
function shareOf(cells: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return cells.size === 0 ? 0 : [...cells].filter((cell) => others.has(cell)).length / cells.size;
}

function cellsOf(rows: readonly Cell[][]): Set<string> {
  return new Set(rows.flatMap((row) => row.map((cell) => JSON.stringify(cellValue(cell)))));
}
