/** Decides which columns of a copied database refer to which: as declared, and, where nothing is declared, as names and values tell. */
import type { Cell, Column, Table } from './schema.ts';
import { type FoundTable, isKey, placeOf, type SettledTable, settleTable } from './settle-table.ts';
import type { DatabaseSnapshot, SnapshotOptions } from './snapshot.ts';

/** Schema and rows of the tables that were found; what is not as it was there is added to `notes`. */
export function settle(
  found: readonly FoundTable[],
  notes: string[],
  known: SnapshotOptions['references'] = [],
): DatabaseSnapshot {
  for (const { table, columns, to, references } of known)
    found.find(({ name }) => alike(name, table))?.foreignKeys.push({ columns, table: to, references });
  const settled = found.map((table) => settleTable(table, notes));
  settleReferences(settled, found, notes);
  for (const { table, rows } of settled) inOrderOfKey(table, rows);
  return {
    schema: { tables: settled.map(({ table }) => table) },
    rows: Object.fromEntries(settled.map(({ table, rows }) => [table.name, rows])),
    notes,
  };
}

/** As SQLite gives rows that an integer numbers. */
function inOrderOfKey({ columns, primaryKey = [] }: Table, rows: Cell[][]): void {
  const place = placeOf(columns, primaryKey[0] ?? '');
  if (primaryKey.length === 1 && columns[place]?.type === 'integer')
    rows.sort((a, b) => (a[place] as number) - (b[place] as number));
}

/**
 * Sets `references` and `foreignKeys` of the tables. Names in declarations are found whatever their case. A column without a
 * declared reference whose name is that of another table's key ("author_id" for author.id) refers to it when all its values do.
 */
function settleReferences(settled: readonly SettledTable[], found: readonly FoundTable[], notes: string[]): void {
  const tables = settled.map(({ table }) => table);
  for (const [i, { foreignKeys }] of found.entries())
    for (const key of foreignKeys) declare(tables[i] as Table, key, tables, notes);
  for (const { table, rows } of settled) guessKey(table, rows, notes);
  for (const { table, rows } of settled)
    for (const [place, column] of table.columns.entries()) {
      if (column.references || isDeclared(table, column.name)) continue;
      if (table.primaryKey?.length === 1 && table.primaryKey[0] === column.name) continue;
      const target = guessTarget(table, column, place, rows, settled);
      if (target === undefined) continue;
      column.references = target;
      notes.push(
        `${table.name}.${column.name} refers to ${target.table}.${target.column}: guessed from names and values`,
      );
    }
}

const alike = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const columnOf = (table: Table, name: string): Column | undefined =>
  table.columns.find((column) => column.name === name) ?? table.columns.find((column) => alike(column.name, name));

const isDeclared = ({ foreignKeys = [] }: Table, name: string): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(name));

function declare(
  table: Table,
  { columns, table: to, references }: FoundTable['foreignKeys'][number],
  tables: readonly Table[],
  notes: string[],
): void {
  const target = tables.find(({ name }) => name === to) ?? tables.find(({ name }) => alike(name, to));
  // SQLite lets a reference name the table alone: it then means the primary key.
  const wanted = references.length === columns.length ? references : (target?.primaryKey ?? []);
  const own = columns.map((name) => columnOf(table, name)).filter((column) => column !== undefined);
  const theirs = target ? wanted.map((name) => columnOf(target, name)).filter((column) => column !== undefined) : [];
  const [first] = own;
  const [goal] = theirs;
  if (!target || !first || !goal || own.length !== columns.length || theirs.length !== columns.length) {
    notes.push(`${table.name} (${columns.join(', ')}) refers to ${to}, which is not in the snapshot: left out`);
  } else if (columns.length === 1) {
    // Of several references of one column, the first is what it means.
    first.references ??= { table: target.name, column: goal.name };
  } else {
    table.foreignKeys = [
      ...(table.foreignKeys ?? []),
      {
        columns: own.map(({ name }) => name),
        references: { table: target.name, columns: theirs.map(({ name }) => name) },
      },
    ];
  }
}

/** A table without a primary key whose first column is called so and is one. */
function guessKey(table: Table, rows: readonly Cell[][], notes: string[]): void {
  const [first] = table.columns;
  if ((table.primaryKey ?? []).length > 0 || !first || first.references || rows.length === 0) return;
  const name = first.name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const own = namesOf(table.name);
  if (!['id', ...own.map((singular) => `${singular}id`)].includes(name) || !isKey([0], rows)) return;
  table.primaryKey = [first.name];
  notes.push(`${table.name}.${first.name} is taken as its primary key: guessed from its name and values`);
}

/** What a table may be called in the names of columns: letters and digits only, as it is and without a plural's ending. */
function namesOf(table: string): string[] {
  const plain = table.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const singular = [plain.replace(/ies$/, 'y'), plain.replace(/es$/, ''), plain.replace(/s$/, '')];
  return [...new Set([plain, ...singular])];
}

function guessTarget(
  table: Table,
  column: Column,
  place: number,
  rows: readonly Cell[][],
  settled: readonly SettledTable[],
): { table: string; column: string } | undefined {
  const name = column.name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  for (const { table: other, rows: targets } of settled) {
    const [key, ...more] = other.primaryKey ?? [];
    if (other === table || key === undefined || more.length > 0) continue;
    const keyPlace = placeOf(other.columns, key);
    if (other.columns[keyPlace]?.type !== column.type) continue;
    const keyName = key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const names = namesOf(other.name).flatMap((singular) => [`${singular}id`, `${singular}${keyName}`]);
    // A key that is called "id" or "name" everywhere tells nothing.
    if (keyName.length > 4) names.push(keyName);
    if (!names.includes(name)) continue;
    const known = new Set(targets.map((row) => row[keyPlace] ?? null));
    const values = rows.map((row) => row[place] ?? null).filter((value) => value !== null);
    if (values.length > 0 && values.every((value) => known.has(value))) return { table: other.name, column: key };
  }
  return undefined;
}
