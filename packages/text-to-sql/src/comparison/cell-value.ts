/** When two cells are equal for the comparators that compare rows (BIRD's, Spider's, soft F1). */
import type { Cell } from '../databases/schema.ts';

/** A number as a database writes one: no plus sign, no leading zeros, no exponent. */
const writtenNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * The value of a cell. The original evaluations compare Python values with ==: numbers exactly and across types, texts letter by
 * letter, None with None. Here a text that writes a number is that number, because answers and DECIMAL columns come as text; one
 * with more digits than a double tells apart stays text.
 */
export function cellValue(cell: Cell): Cell {
  if (cell === null) return null;
  if (typeof cell === 'number') return cell === 0 ? 0 : cell;
  if (!writtenNumber.test(cell)) return cell;
  const value = Number(cell);
  const digits = cell.replace(/[-.]/g, '').replace(/^0+/, '').length;
  if (digits > 15 && !cell.includes('.')) return cell;
  return value === 0 ? 0 : value;
}

/** The same text for equal rows and for no others. */
export const rowKey = (row: readonly Cell[]): string => JSON.stringify(row.map(cellValue));

/** Rows without repetitions, in the order in which each comes first. */
export function distinctRows(rows: readonly Cell[][]): Cell[][] {
  const seen = new Map<string, Cell[]>();
  for (const row of rows) {
    const key = rowKey(row);
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()];
}
