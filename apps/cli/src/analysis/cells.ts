/** Cells of the tables of analyses. */
import { percent } from '../screen.ts';

export const dash = '–';

export function number(value: number | null, digits = 3): string {
  return value === null ? dash : value.toFixed(digits);
}

export function share(value: number | null): string {
  return value === null ? dash : percent(value);
}

/** At most so many of the rows, evenly spread, the first and the last among them. */
export function spread<Row>(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: most }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (most - 1))] as Row);
}

/** Rows that a table in a terminal has at most; --json has all. */
export const mostRows = 20;
