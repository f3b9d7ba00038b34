/** Writes rows into an SQLite file that queries then read: same rows, same bytes. */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { quotedName as quoted } from './quote-name.ts';
import {
  athletesSchema,
  type Cell,
  type Column,
  type DatabaseSchema,
  primaryKeyOf,
  type Table,
  type TableRows,
} from './schema.ts';

const sqliteTypes: Record<Column['type'], string> = {
  integer: 'INTEGER',
  real: 'REAL',
  text: 'TEXT COLLATE NOCASE',
  date: 'TEXT',
  time: 'TEXT',
  datetime: 'TEXT',
};

/**
 * Builds the file under a temporary name and renames it to `path`. Text compares case-insensitively (NOCASE, so ASCII letters
 * only) and trailing spaces count, as on the MariaDB build. Foreign keys and text columns are indexed.
 */
export function buildSqlite(rows: TableRows, path: string, schema: DatabaseSchema = athletesSchema): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const database = new Database(temporary);
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    // References may run in a circle, or lead nowhere.
    database.pragma('foreign_keys = OFF');
    // Tables and indexes share their names.
    const taken = new Set(schema.tables.map(({ name }) => name.toLowerCase()));
    database.transaction(() => {
      for (const table of schema.tables) fill(database, table, rows[table.name] ?? [], taken);
    })();
    database.exec('ANALYZE');
    database.exec('VACUUM');
    database.close();
    renameSync(temporary, path);
  } catch (error) {
    if (database.open) database.close();
    rmSync(temporary, { force: true });
    throw error;
  }
}

function fill(database: Database.Database, table: Table, rows: Cell[][], taken: Set<string>): void {
  // Other keys need no constraint: the rows are as they are, and may repeat what they should not.
  const key = integerKeyOf(table);
  const columns = table.columns.map(({ name, type, references }) => {
    const constraint = name === key ? ' PRIMARY KEY' : '';
    const reference = references ? ` REFERENCES ${quoted(references.table)}(${quoted(references.column)})` : '';
    return `${quoted(name)} ${sqliteTypes[type]}${constraint}${reference}`;
  });
  database.exec(`CREATE TABLE ${quoted(table.name)} (${columns.join(', ')})`);
  const insert = database.prepare(
    `INSERT INTO ${quoted(table.name)} VALUES (${table.columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(row);
  const keyed = new Set([...primaryKeyOf(table), ...(table.foreignKeys ?? []).flatMap(({ columns: own }) => own)]);
  for (const { name, type, references } of table.columns) {
    if (!references && type !== 'text' && (!keyed.has(name) || name === key)) continue;
    let index = `${table.name}_${name}`;
    while (taken.has(index.toLowerCase())) index += '_';
    taken.add(index.toLowerCase());
    database.exec(`CREATE INDEX ${quoted(index)} ON ${quoted(table.name)}(${quoted(name)})`);
  }
}

/** The column that numbers the rows of a table, when its primary key is a single integer. */
function integerKeyOf(table: Table): string | undefined {
  const [name, ...others] = primaryKeyOf(table);
  const column = table.columns.find((known) => known.name === name);
  return others.length === 0 && column?.type === 'integer' ? name : undefined;
}
