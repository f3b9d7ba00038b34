/** What a column seems to hold, judged by its name, type, keys and values. */
import {
  type Cell,
  type Column,
  type DatabaseSchema,
  foreignKeysOf,
  primaryKeyOf,
  type Table,
  type TableRows,
} from '../databases/schema.ts';
import { wordsOfName } from './english-words.ts';

export type Role =
  /** Part of a key, or empty: nothing to ask about. */
  | 'key'
  /** Tells the rows of its table apart, as people do. */
  | 'name'
  /** Text with few different values. */
  | 'category'
  /** Text that repeats. */
  | 'group'
  | 'year'
  | 'date'
  | 'measure'
  /** Text too long to be named, codes, months and days. */
  | 'other';

export interface ColumnRole {
  name: string;
  role: Role;
  /** Different values, of those looked at. */
  values: Cell[];
}

/** Rows looked at in a table. */
const SAMPLE = 20_000;
const CATEGORY_VALUES = 8;
const LONGEST_NAME = 60;

const isNameLike = (words: string): boolean => /(^|\b)(name|title|label|surname)$/.test(words);
const isCode = (words: string): boolean =>
  /\b(id|code|no|number|nr|zip|postcode|phone|fax|isbn|url|email|uuid|hash|password|month|day|hour|minute of|latitude|longitude|lat|lon|lng)$/.test(
    words,
  );
const isYearName = (words: string): boolean =>
  /\b(year|season|edition|founded|built|opened|established|born|launched)\b/.test(words);

/** Role of every column of a table. */
export function columnRoles(table: Table, rows: TableRows): ColumnRole[] {
  const sample = (rows[table.name] ?? []).slice(0, SAMPLE);
  const keys = new Set([...primaryKeyOf(table), ...foreignKeysOf(table).flatMap(({ columns }) => columns)]);
  const roles = table.columns.map((column, place) => {
    const cells = sample.flatMap((row) => ((row[place] ?? null) === null ? [] : [row[place] as Cell]));
    const values = [...new Set(cells)];
    return { name: column.name, role: roleOf(column, cells.length, values, keys.has(column.name)), values };
  });
  // a table is known by one name
  const names = roles.filter(({ role }) => role === 'name');
  const [best] = [...names].sort(
    (a, b) => Number(isNameLike(wordsOfName(b.name))) - Number(isNameLike(wordsOfName(a.name))),
  );
  for (const each of names) if (each !== best) each.role = 'group';
  return roles;
}

function roleOf({ name, type }: Column, count: number, values: readonly Cell[], isKey: boolean): Role {
  const words = wordsOfName(name);
  if (count === 0) return 'key';
  if (type === 'text') {
    const texts = values.map(String);
    const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
    if (texts.every((text) => /^\d{4}-\d\d-\d\d/.test(text))) return 'date';
    const unique = values.length > 0.9 * count;
    // a text key that people would say is a name too
    if (unique && longest <= LONGEST_NAME && (!isKey || isNameLike(words)) && !isCode(words)) return 'name';
    if (isKey || longest > LONGEST_NAME || unique || (isCode(words) && values.length > CATEGORY_VALUES))
      return isKey ? 'key' : 'other';
    return values.length >= 2 && values.length <= CATEGORY_VALUES && count >= 3 * values.length ? 'category' : 'group';
  }
  if (isKey) return 'key';
  if (type === 'date' || type === 'datetime') return 'date';
  if (type === 'time') return 'other';
  const numbers = values.filter((value): value is number => typeof value === 'number');
  if (numbers.length < values.length) return 'other';
  const isYears = numbers.every((value) => Number.isInteger(value) && value >= 1000 && value <= 2200);
  if (isYears && (isYearName(words) || words.endsWith('date'))) return 'year';
  return isCode(words) ? 'other' : 'measure';
}

/** A table reached from another one by following keys from child to parent. */
export interface Reached {
  table: Table;
  steps: number;
  /** Some rows lead nowhere. */
  optional: boolean;
}

/** Tables that rows of `start` refer to, directly or over others, nearest first; each by its shortest way. */
export function tablesAbove(schema: DatabaseSchema, start: Table, rows: TableRows): Reached[] {
  const reached = new Map<string, Reached>([[start.name, { table: start, steps: 0, optional: false }]]);
  for (const { table, steps, optional } of reached.values()) {
    for (const { columns, references } of foreignKeysOf(table)) {
      const parent = schema.tables.find(({ name }) => name === references.table);
      if (!parent || reached.has(parent.name)) continue;
      const places = columns.map((column) => table.columns.findIndex(({ name }) => name === column));
      const hasGap = (rows[table.name] ?? []).some((row) => places.some((place) => (row[place] ?? null) === null));
      reached.set(parent.name, { table: parent, steps: steps + 1, optional: optional || hasGap });
    }
  }
  return [...reached.values()].slice(1);
}
