/** Writes rows into an SQLite file that queries then read: same rows, same bytes. */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DatabaseSchema, Table, TableRows } from './schema.ts';
import { athletesSchema } from './schema.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

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
    database.transaction(() => {
      for (const table of schema.tables) fill(database, table, rows[table.name] ?? []);
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

function fill(database: Database.Database, table: Table, rows: TableRows[string]): void {
  const columns = table.columns.map((column, index) => {
    const type = column.type === 'integer' ? 'INTEGER' : 'TEXT COLLATE NOCASE';
    const key = index === 0 ? ' PRIMARY KEY' : '';
    const references = column.references
      ? ` REFERENCES ${quoted(column.references.table)}(${quoted(column.references.column)})`
      : '';
    return `${quoted(column.name)} ${type}${key}${references}`;
  });
  database.exec(`CREATE TABLE ${quoted(table.name)} (${columns.join(', ')})`);
  const insert = database.prepare(
    `INSERT INTO ${quoted(table.name)} VALUES (${table.columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(row);
  for (const { name, type, references } of table.columns) {
    if (references || type === 'text') {
      database.exec(`CREATE INDEX ${quoted(`${table.name}_${name}`)} ON ${quoted(table.name)}(${quoted(name)})`);
    }
  }
}
