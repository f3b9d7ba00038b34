/** The comparison of Spider's test-suite evaluation: the same bag of rows under some order of the columns. */
import type { Cell } from '../databases/schema.ts';
import type { Outcome } from '../executors/contract.ts';
import { cellValue } from './cell-value.ts';
import { type Gold, goldRows } from './gold.ts';

/** Pairs of columns looked at before the search gives up and calls the tables different. */
const MOST_PAIRS = 5_000;

/**
 * 1 when some order of the result's columns makes both tables the same bag of rows, or the same list where the gold is ordered.
 * Tables of different numbers of rows or columns differ; two tables without rows are equal, whatever their columns.
 *
 * Source: result_eq in exec_eval.py of the test-suite evaluation (arXiv 2010.02840), on one database and with DISTINCT kept. It tries
 * all orders that 20 drawn rows allow; here columns are laid side by side one at a time, as long as the rows laid so far agree. That
 * decides the same without a draw, and gives up where the original would run for hours.
 */
export function testSuite(outcome: Outcome, gold: Gold): 0 | 1 {
  if (outcome.kind === 'error' || outcome.truncated) return 0;
  const expected = goldRows(gold);
  const found = outcome.rows;
  if (expected.length !== found.length) return 0;
  if (expected.length === 0) return 1;
  const width = expected[0]?.length ?? 0;
  if (found[0]?.length !== width) return 0;
  const columns = columnsOf(expected, width);
  const candidates = columnsOf(found, width);
  return (gold.ordered ? sameLists(columns, candidates) : sameBags(columns, candidates, expected.length)) ? 1 : 0;
}

/** Cells of each column as texts that are equal when the values are. */
const columnsOf = (rows: readonly Cell[][], width: number): string[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => JSON.stringify(cellValue(row[column] ?? null))));

/** With the rows in place a permutation is left of whole columns: both tables hold the same bag of them. */
function sameLists(columns: readonly string[][], candidates: readonly string[][]): boolean {
  const sorted = (table: readonly string[][]) => table.map((column) => column.join()).sort();
  return sorted(columns).join('\n') === sorted(candidates).join('\n');
}

function sameBags(columns: readonly string[][], candidates: readonly string[][], rows: number): boolean {
  let pairs = 0;
  const keys = candidates.map((candidate) => candidate.join());
  const search = (at: number, left: readonly number[], right: readonly number[], free: readonly number[]): boolean => {
    const column = columns[at];
    if (column === undefined) return true;
    const tried = new Set<string>();
    for (const index of free) {
      const key = keys[index] as string;
      // equal columns are interchangeable
      if (tried.has(key)) continue;
      tried.add(key);
      if (++pairs > MOST_PAIRS) return false;
      const laid = layBeside(left, column, right, candidates[index] as string[]);
      const rest = free.filter((other) => other !== index);
      if (laid && search(at + 1, laid.left, laid.right, rest)) return true;
    }
    return false;
  };
  const start = new Array<number>(rows).fill(0);
  return search(0, start, start, [...candidates.keys()]);
}

/**
 * Rows are known by numbers: equal rows of both tables, as far as columns are laid, have the same one. Gives the numbers with one more
 * column on each side, or null when the two are no longer the same bag.
 */
function layBeside(
  left: readonly number[],
  column: readonly string[],
  right: readonly number[],
  candidate: readonly string[],
): { left: number[]; right: number[] } | null {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  const wider = left.map((row, i) => {
    const key = `${row} ${column[i]}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    counts[number] = (counts[number] ?? 0) + 1;
    return number;
  });
  const other: number[] = [];
  for (const [i, row] of right.entries()) {
    const number = numbers.get(`${row} ${candidate[i]}`);
    if (number === undefined || counts[number] === 0) return null;
    counts[number] = (counts[number] ?? 0) - 1;
    other.push(number);
  }
  return { left: wider, right: other };
}
