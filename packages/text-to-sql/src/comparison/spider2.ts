/** Spider 2's comparison: every gold column stands somewhere in the result; further columns do not count. */
import type { Cell } from '../databases/schema.ts';
import type { Outcome } from '../executors/contract.ts';
import { type Gold, goldRows } from './gold.ts';

/** Numbers this close are equal: math.isclose with abs_tol 1e-2 and its own relative tolerance. */
const ABSOLUTE = 1e-2;
const RELATIVE = 1e-9;

/** Texts that pandas takes for a missing value; the original writes results to CSV and reads them with it. */
const missing = new Set(
  '|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null'.split('|'),
);

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * 1 when each gold column equals some column of the result, cell by cell, both sorted first unless the gold is ordered. As in the
 * original: one column may stand for two gold columns; sorted columns are not held together as rows; sorting goes by text, so that
 * two columns within the tolerance may still be sorted apart; missing values, empty texts and "None" are the same.
 *
 * Source: compare_pandas_table in evaluate.py of Spider 2's evaluation suite (arXiv 2411.07763), condition_cols empty.
 */
export function spider2(outcome: Outcome, gold: Gold): 0 | 1 {
  if (outcome.kind === 'error' || outcome.truncated) return 0;
  const expected = columnsOf(goldRows(gold));
  // a gold table without rows has columns of no cells, which only an empty result has
  if (expected.length === 0) return outcome.rows.length === 0 ? 1 : 0;
  const found = columnsOf(outcome.rows);
  const arrange = gold.ordered ? (column: CsvCell[]) => column : sorted;
  const candidates = found.map(arrange);
  return expected.map(arrange).every((column) => candidates.some((candidate) => sameColumn(column, candidate))) ? 1 : 0;
}

/** A cell as pandas reads it from CSV: null is NaN. */
type CsvCell = Cell;

function columnsOf(rows: readonly Cell[][]): CsvCell[][] {
  return (rows[0] ?? []).map((_, column) => readColumn(rows.map((row) => row[column] ?? null)));
}

/** A column is one of numbers when all that it holds are numbers, else one of texts. */
function readColumn(cells: readonly Cell[]): CsvCell[] {
  const texts = cells.map((cell) => (cell === null || missing.has(String(cell)) ? null : String(cell)));
  return texts.every((text) => text === null || number.test(text))
    ? texts.map((text) => (text === null ? null : Number(text)))
    : texts;
}

const sorted = (column: readonly CsvCell[]): CsvCell[] =>
  column
    .map((cell) => ({ cell, text: cell === null ? 'nan' : String(cell) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ cell }) => cell);

const sameColumn = (column: readonly CsvCell[], candidate: readonly CsvCell[]): boolean =>
  column.length === candidate.length && column.every((cell, i) => sameCell(cell, candidate[i] ?? null));

function sameCell(a: CsvCell, b: CsvCell): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return a === b || Math.abs(a - b) <= Math.max(RELATIVE * Math.max(Math.abs(a), Math.abs(b)), ABSOLUTE);
}
