/** A copy of somebody's database: which of its tables, how much of them at most, and what it consists of. */
import { UserError } from '@queryloop/contracts';
import type { DatabaseSchema, TableRows } from './schema.ts';

export interface DatabaseSnapshot {
  schema: DatabaseSchema;
  rows: TableRows;
  /** What was left out or changed on the way, a line each. */
  notes: string[];
}

export interface SnapshotOptions {
  /** Only these tables; views among them are copied like tables. All tables, and no view, when left out. */
  tables?: readonly string[];
  /** Tables left out. */
  without?: readonly string[];
  /** Rows of all tables together. */
  maxRows?: number;
  /** Bytes of all cells together. */
  maxBytes?: number;
  /** References that are known from elsewhere, beside those that the database declares. */
  references?: readonly { table: string; columns: string[]; to: string; references: string[] }[];
}

export const defaultSnapshotRows = 1_000_000;
const defaultSnapshotBytes = 256 * 1024 * 1024;

export interface TableSize {
  name: string;
  rows: number;
  bytes: number;
}

/**
 * Names that are copied, in the order given.
 * @throws UserError for a name that is not there, for names that differ in case only, and when nothing is left
 */
export function chooseTables(
  found: readonly { name: string; view: boolean }[],
  { tables, without = [] }: SnapshotOptions,
  notes: string[],
): string[] {
  const namesOf = (wanted: readonly string[], option: string): Set<string> =>
    new Set(
      wanted.map((name) => {
        const exact = found.find((table) => table.name === name);
        const alike = exact ?? found.find((table) => table.name.toLowerCase() === name.toLowerCase());
        if (alike) return alike.name;
        throw new UserError({
          message: `${option}: the database has no table "${name}"`,
          field: option,
          hint: `It has: ${shortList(found.map((table) => table.name))}.`,
        });
      }),
    );
  const only = tables && namesOf(tables, '--tables');
  const out = namesOf(without, '--without');
  const chosen = found.filter(({ name, view }) => (only ? only.has(name) : !view) && !out.has(name));
  const views = only ? [] : found.filter(({ name, view }) => view && !out.has(name)).map(({ name }) => name);
  if (views.length > 0)
    notes.push(`left out, being views: ${shortList(views)} (named in --tables, a view is copied like a table)`);
  if (chosen.length === 0) {
    throw new UserError({
      message: found.length === 0 ? 'the database has no tables' : 'no table is left to copy',
      field: '--database',
      hint: found.length === 0 ? 'Is it the right one?' : `It has: ${shortList(found.map(({ name }) => name))}.`,
    });
  }
  const seen = new Map<string, string>();
  for (const { name } of chosen) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new UserError({
        message: `the tables "${other}" and "${name}" differ in upper and lower case only`,
        field: '--without',
        hint: `Queries cannot tell them apart: leave one out with --without ${name}.`,
      });
    }
    seen.set(name.toLowerCase(), name);
  }
  return chosen.map(({ name }) => name);
}

/** @throws UserError that names the largest tables when there is more than fits into a snapshot */
export function requireFits(sizes: readonly TableSize[], options: SnapshotOptions): void {
  const { maxRows = defaultSnapshotRows, maxBytes = defaultSnapshotBytes } = options;
  const refuse = (what: 'rows' | 'bytes', most: number): void => {
    const total = sizes.reduce((sum, size) => sum + size[what], 0);
    if (total <= most) return;
    const largest = sizes.toSorted((a, b) => b[what] - a[what]).slice(0, 3);
    const inUnits = (n: number): string =>
      what === 'rows' ? n.toLocaleString('en') : `${Math.ceil(n / 2 ** 20).toLocaleString('en')} MB`;
    const name = largest[0]?.name ?? '';
    throw new UserError({
      message: `the database is too large for a snapshot: ${inUnits(total)} ${what === 'rows' ? 'rows' : 'of values'}, at most ${inUnits(most)} (${largest
        .map((table) => `${table.name} ${inUnits(table[what])}`)
        .join(', ')})`,
      field: '--database',
      hint: `Leave out what no question needs (--without ${name}), copy a part of it into a database of its own, or raise ${
        what === 'rows' ? '--max-rows' : '--max-mb'
      }: every step that uses the dataset holds the snapshot in memory.`,
    });
  };
  refuse('rows', maxRows);
  refuse('bytes', maxBytes);
}

/** The first names of a list, and how many more there are. */
export function shortList(names: readonly string[], most = 12): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
