/** Reads INTERVAL n unit, and writes it as two arguments of a function: n, 'unit'. */
import type { Cursor } from './cursor.ts';

const units = new Set(
  (
    'MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND ' +
    'HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH'
  ).split(' '),
);

export function readInterval(cursor: Cursor, readCount: () => unknown): void {
  cursor.edits.drop(cursor.at);
  cursor.expectWord('INTERVAL');
  readCount();
  readUnit(cursor, ", '", "'");
}

/** A unit of time, as a text. */
export function readUnit(cursor: Cursor, before = "'", after = "'"): void {
  const word = cursor.word();
  if (!units.has(word)) cursor.fail('expected a unit of time');
  cursor.edits.replace(cursor.at, `${before}${word}${after}`);
  cursor.at += 1;
}
