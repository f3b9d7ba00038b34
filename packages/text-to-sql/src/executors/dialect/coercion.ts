/** Makes SQLite compare two values as MariaDB does: text with a number by number, text with text without regard to case. */
import type { Cursor } from './cursor.ts';
import type { Expression } from './query-shape.ts';

/** NULL says nothing about how the others are compared. */
const isNoNull = ({ type }: Expression): boolean => type !== 'null';

export const isNumeric = ({ type }: Expression): boolean => type === 'integer' || type === 'number';

/** The number with which a text begins; 0 when it begins with none. */
export function leadingNumber(text: string): string {
  return /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.exec(text)?.[1] ?? '0';
}

/** Reads a text as MariaDB reads it beside a number. */
export function asNumber(cursor: Cursor, value: Expression): void {
  if (value.text !== undefined && value.end - value.start === 1)
    cursor.edits.replace(value.start, leadingNumber(value.text));
  else cursor.edits.wrap(value.start, value.end, 'CAST(', ' AS REAL)');
}

/** Makes SQLite compare a text without regard to case where it stands by itself: behind DISTINCT and GROUP BY. */
export function asCollated(cursor: Cursor, { start, end, type, collated, atom }: Expression): void {
  if (type === 'text' && !collated) cursor.edits.wrap(start, end, atom ? '' : '(', `${atom ? '' : ')'} COLLATE NOCASE`);
}

/** What orders text as the server's collation does. */
export function asSortKey(cursor: Cursor, value: Expression): void {
  cursor.edits.wrap(value.start, value.end, 'my_sort_key(', ')');
}

/** For = and <>, and what compares likewise: IN and CASE. @param others compared with `first` */
export function alikeForEquality(cursor: Cursor, first: Expression, others: readonly Expression[]): void {
  const values = others.filter(isNoNull);
  if (values.length === 0) return;
  if (isNumeric(first)) {
    for (const value of values) if (value.type === 'text') asNumber(cursor, value);
  } else if (first.type === 'text') {
    if (values.some(isNumeric)) {
      asNumber(cursor, first);
      for (const value of values) if (value.type === 'text') asNumber(cursor, value);
    } else if (values.every(({ type }) => type === 'text')) alikeTexts(cursor, first, values);
  }
}

/** Columns have their collation, and their index; for others, and for letters whose case SQLite minds, there is the key. */
function alikeTexts(cursor: Cursor, first: Expression, values: readonly Expression[]): void {
  const keyed = first.collated
    ? values.some((value) => isForeign(cursor, first, value))
    : values.every(({ collated }) => !collated);
  if (keyed) for (const value of [first, ...values]) asSortKey(cursor, value);
}

/** Whether a text with letters beyond ASCII is written as no value of the column is: perhaps one is equal to it but for their case. */
function isForeign({ catalogue }: Cursor, { column }: Expression, { text }: Expression): boolean {
  if (text === undefined || column?.origin === undefined || !catalogue) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant.
  return /[^\x00-\x7f]/.test(text) && !catalogue.holds(column, text);
}

/** For <, >, <=, >= and BETWEEN. */
export function alikeForOrder(cursor: Cursor, all: readonly Expression[]): void {
  const values = all.filter(isNoNull);
  if (values.some(isNumeric)) {
    for (const value of values) if (value.type === 'text') asNumber(cursor, value);
  } else if (values.every(({ type }) => type === 'text')) for (const value of values) asSortKey(cursor, value);
}

/** The type of a value that is one of these; NULL is of any type. */
export function commonType(values: readonly Expression[]): Expression['type'] {
  const types = new Set(values.map(({ type }) => type));
  types.delete('null');
  if (types.size === 0 || types.has('any')) return 'any';
  if (types.has('text')) return 'text';
  return types.has('number') ? 'number' : 'integer';
}
