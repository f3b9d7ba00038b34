/** Decides what a table of somebody's database becomes: the type that fits all values of a column, keys that hold, cells as they are kept. */
import type { Cell, Column, ColumnType, Table } from './schema.ts';

/** A table as its database gives it. */
export interface FoundTable {
  name: string;
  columns: FoundColumn[];
  primaryKey: string[];
  foreignKeys: { columns: string[]; table: string; references: string[] }[];
  /** Cells in the order of the columns. */
  rows: FoundCell[][];
}

export interface FoundColumn {
  name: string;
  /** Declared type, in lower case. */
  declared: string;
}

/** Whole numbers beyond those that are exact are bigint. */
export type FoundCell = string | number | bigint | null;

export interface SettledTable {
  table: Table;
  rows: Cell[][];
}

const shapes = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  time: /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
  datetime: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
} as const;

/** References are settled later, when all tables are known. What was changed is told in `notes`. */
export function settleTable(found: FoundTable, notes: string[]): SettledTable {
  const columns: Column[] = [];
  const converters = found.columns.map((column, place) => {
    const values = found.rows.map((row) => row[place] ?? null);
    const { type, convert, note } = settleColumn(column, values);
    if (note !== undefined) notes.push(`${found.name}.${column.name}: ${note}`);
    columns.push({ name: column.name, type });
    return convert;
  });
  const rows = found.rows.map((row) => row.map((cell, place) => converters[place]?.(cell) ?? null));
  const primaryKey = found.primaryKey.filter((name) => columns.some((column) => column.name === name));
  const places = primaryKey.map((name) => placeOf(columns, name));
  const holds = primaryKey.length === found.primaryKey.length && isKey(places, rows);
  if (!holds && found.primaryKey.length > 0)
    notes.push(
      `${found.name}: its primary key (${found.primaryKey.join(', ')}) has gaps or repeats itself: taken as none`,
    );
  if (holds && !isKey(places, rows.map(withoutCase)))
    notes.push(
      `${found.name}: some values of its primary key (${primaryKey.join(', ')}) differ in case alone: queries compare without regard to case and join all of them`,
    );
  return { table: { name: found.name, columns, primaryKey: holds ? primaryKey : [] }, rows };
}

export const placeOf = (columns: readonly Column[], name: string): number =>
  columns.findIndex((column) => column.name === name);

/** Whether these cells are there in every row, and never twice the same. */
export function isKey(places: readonly number[], rows: readonly Cell[][]): boolean {
  if (places.length === 0) return false;
  const seen = new Set<string>();
  for (const row of rows) {
    const key = places.map((place) => row[place] ?? null);
    if (key.includes(null)) return false;
    seen.add(JSON.stringify(key));
  }
  return seen.size === rows.length;
}

/** As SQLite's NOCASE compares: ASCII letters only. */
const withoutCase = (row: readonly Cell[]): Cell[] =>
  row.map((cell) => (typeof cell === 'string' ? cell.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : cell));

interface Settled {
  type: ColumnType;
  convert: (cell: FoundCell) => Cell;
  note?: string;
}

function settleColumn({ declared }: FoundColumn, values: readonly FoundCell[]): Settled {
  const numeric = /int|real|floa|doub|dec|num|bool|year|bit/.test(declared);
  const facts = { whole: 0, real: 0, large: 0, text: 0, blank: 0, endless: 0 };
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'bigint') facts.large += 1;
    else if (typeof value === 'string') {
      facts.text += 1;
      if (value.trim() === '') facts.blank += 1;
    } else if (!Number.isFinite(value)) facts.endless += 1;
    else if (Number.isSafeInteger(value)) facts.whole += 1;
    else facts.real += 1;
  }
  const numbers = facts.whole + facts.real + facts.large;
  if (numeric && facts.text > 0 && facts.text === facts.blank)
    return { ...asNumbers(declared, facts), note: `${facts.blank} empty texts among its numbers became NULL` };
  if (facts.text > 0) {
    if (numbers > 0) return { ...asText, note: `holds texts and numbers: all are kept as text` };
    return asDates(declared, values) ?? asText;
  }
  if (facts.endless > 0) return { ...asNumbers(declared, facts), note: `${facts.endless} endless numbers became NULL` };
  if (facts.large > 0 && facts.real === 0)
    return { ...asText, note: 'holds whole numbers that are not exact beyond 9,007,199,254,740,991: kept as text' };
  if (numbers > 0) return asNumbers(declared, facts);
  return ofNothing(declared, numeric);
}

const asText: Settled = { type: 'text', convert: (cell) => (cell === null ? null : String(cell)) };

function asNumbers(declared: string, facts: { real: number }): Settled {
  const fractions = facts.real > 0 || /real|floa|doub|(num|dec)\w*\(\d+, ?[1-9]/.test(declared);
  return {
    type: fractions ? 'real' : 'integer',
    convert: (cell) => {
      if (cell === null || (typeof cell === 'string' && cell.trim() === '')) return null;
      const number = Number(cell);
      return Number.isFinite(number) ? number : null;
    },
  };
}

/** Columns that hold nothing but dates are dates, whatever they are declared as: people ask about them as such. */
function asDates(declared: string, values: readonly FoundCell[]): Settled | undefined {
  // A zero date stands for none.
  const plain = (cell: FoundCell): string | null =>
    typeof cell !== 'string' || /^0000-00-00( 00:00:00)?/.test(cell) ? null : cell.replace(/\.0+$/, '');
  const texts = values.map(plain).filter((text) => text !== null);
  const type = (['date', 'datetime', 'time'] as const).find(
    (shape) => texts.length > 0 && texts.every((text) => shapes[shape].test(text) && isInCalendar(text)),
  );
  if (type === undefined || (type === 'time' && !declared.startsWith('time'))) return undefined;
  const zero = values.filter((cell) => cell !== null && plain(cell) === null).length;
  return {
    type,
    convert: (cell) => plain(cell)?.replace('T', ' ') ?? null,
    ...(zero > 0 && { note: `${zero} zero dates became NULL` }),
  };
}

/** No 31 February: the servers refuse it. */
function isInCalendar(text: string): boolean {
  if (!text.includes('-')) return true;
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day;
}

/** All cells are NULL: only the declaration tells. */
function ofNothing(declared: string, numeric: boolean): Settled {
  const dates = (['datetime', 'date', 'time'] as const).find((type) => declared.startsWith(type));
  const type: ColumnType = declared.startsWith('timestamp')
    ? 'datetime'
    : dates !== undefined
      ? dates
      : numeric
        ? asNumbers(declared, { real: 0 }).type
        : 'text';
  return { type, convert: () => null };
}
