/** Reads the rows of a file that buildSqlite wrote. */
import Database from 'better-sqlite3';
import type { Cell, DatabaseSchema, TableRows } from './schema.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** All rows, in the order of their primary keys. */
export function readSqlite(path: string, schema: DatabaseSchema): TableRows {
  const database = new Database(path, { readonly: true });
  try {
    return Object.fromEntries(
      schema.tables.map(({ name, columns }) => {
        const [key] = columns;
        const select = `SELECT ${columns.map((column) => quoted(column.name)).join(', ')} FROM ${quoted(name)}`;
        const order = key === undefined ? '' : ` ORDER BY ${quoted(key.name)}`;
        return [name, database.prepare(`${select}${order}`).raw().all() as Cell[][]];
      }),
    );
  } finally {
    database.close();
  }
}
