/** The tables of an SQLite file that buildSqlite wrote, as the translation knows them. */
import type Database from 'better-sqlite3';
import type { Catalogue, NamedColumn, ValueType } from './scope.ts';

const types: Record<string, ValueType> = { INTEGER: 'integer', REAL: 'number', TEXT: 'text' };
const mostKnown = 10_000;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export function readCatalogue(database: Database.Database): Catalogue {
  const rows = database
    .prepare(
      'SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c ' +
        "WHERE t.type = 'table' ORDER BY t.name, c.cid",
    )
    .raw()
    .all() as [string, string, string][];
  const tables = new Map<string, NamedColumn[]>();
  for (const [table, column, type] of rows) {
    const columns = tables.get(table.toLowerCase()) ?? [];
    const origin = { table, column };
    columns.push({ name: column.toLowerCase(), type: types[type] ?? 'any', collated: true, origin });
    tables.set(table.toLowerCase(), columns);
  }
  return { tables, holds: lookUp(database) };
}

/** Each text is looked for once. */
function lookUp(database: Database.Database): Catalogue['holds'] {
  const known = new Map<string, boolean>();
  return ({ origin }, text) => {
    if (!origin) return false;
    const { table, column } = origin;
    const key = JSON.stringify([table, column, text]);
    let held = known.get(key);
    if (held === undefined) {
      held =
        database.prepare(`SELECT 1 FROM ${quoted(table)} WHERE ${quoted(column)} = ? LIMIT 1`).get(text) !== undefined;
      if (known.size >= mostKnown) known.clear();
      known.set(key, held);
    }
    return held;
  };
}
