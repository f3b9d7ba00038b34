/** Result tables and gold tables for the tests of comparators. */
import fc from 'fast-check';
import type { Cell } from '../databases/schema.ts';
import type { Outcome } from '../executors/contract.ts';
import type { Gold } from './gold.ts';

export const resultOf = (rows: Cell[][]): Outcome => ({ kind: 'rows', columns: [], rows, truncated: false });
export const goldOf = (rows: Cell[][], ordered = false): Gold => ({
  answer: rows.flat().map(String).join(', '),
  rows,
  ordered,
});

export const failed: Outcome = { kind: 'error', code: 'timeout', message: '' };
/** A result that would be right, had it not been cut. */
export const cut = (rows: Cell[][]): Outcome => ({ kind: 'rows', columns: [], rows, truncated: true });

/** Few values, so that cells meet: numbers apart and close, a number as text, texts, NULL. */
const cell: fc.Arbitrary<Cell> = fc.constantFrom<Cell>(0, 1, 2, 1.5, '1.50', '2', 'a', 'A', 'b', null);

/** A table of at least one row and one column. */
export const table: fc.Arbitrary<Cell[][]> = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));

/** A table and an order of its columns. */
export const tableAndColumns = table.chain((rows) => {
  const columns = [...(rows[0] ?? []).keys()];
  return fc.tuple(fc.constant(rows), fc.shuffledSubarray(columns, { minLength: columns.length }));
});

/** A table and an order of its rows. */
export const tableAndRows = table.chain((rows) =>
  fc.tuple(
    fc.constant(rows),
    fc.shuffledSubarray([...rows.keys()], { minLength: rows.length }).map((order) => order.map((i) => rows[i] ?? [])),
  ),
);

export const columnsOf = (rows: readonly Cell[][], columns: readonly number[]): Cell[][] =>
  rows.map((row) => columns.map((column) => row[column] ?? null));
