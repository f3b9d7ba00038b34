/** What a query's result is compared with: the dataset's answer and, where the dataset has them, the rows of its own query. */
import type { Cell } from '../databases/schema.ts';

export interface Gold {
  /** Answer as the dataset writes it; several parts are joined by ", ". */
  answer: string;
  /** What the question's own query returns; absent where the dataset gives answers only. */
  rows?: Cell[][];
  /** Whether the order of rows matters; absent: it does not. */
  ordered?: boolean;
}

/**
 * The gold table. An answer alone becomes one column: a row of one cell for each of its parts, spelt as in the answer, since a text
 * does not tell which parts stand in one row.
 */
export function goldRows({ answer, rows }: Gold): Cell[][] {
  if (rows !== undefined) return rows;
  return answer
    .split(/,\s+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => [part]);
}
