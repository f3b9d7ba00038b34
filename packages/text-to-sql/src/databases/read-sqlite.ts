/** Reads the rows of a file that buildSqlite wrote. */
import Database from 'better-sqlite3';
import { quotedName } from './quote-name.ts';
import type { Cell, DatabaseSchema, Table, TableRows } from './schema.ts';

/** All rows, in the order in which they were written; by the primary key where that is an integer. */
export function readSqlite(path: string, schema: DatabaseSchema): TableRows {
  const database = new Database(path, { readonly: true });
  try {
    return Object.fromEntries(
      schema.tables.map((table) => {
        const columns = table.columns.map(({ name }) => quotedName(name)).join(', ');
        const select = `SELECT ${columns} FROM ${quotedName(table.name)}${inOrder(table)}`;
        return [table.name, database.prepare(select).raw().all() as Cell[][]];
      }),
    );
  } finally {
    database.close();
  }
}

/** SQLite numbers rows under three names, each of which a column may take. */
function inOrder({ columns }: Table): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const number = ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name));
  return number === undefined ? '' : ` ORDER BY ${number}`;
}
