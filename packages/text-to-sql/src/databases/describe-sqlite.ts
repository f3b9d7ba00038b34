/** What stands in a database that buildSqlite wrote, for people: tables, columns, and the values they hold most. */
import Database from 'better-sqlite3';
import type { Cell, Column, DatabaseSchema } from './schema.ts';

export interface DescribedTable {
  name: string;
  rowCount: number;
  columns: (Column & {
    distinctCount: number;
    nullCount: number;
    /** The most frequent values first; of equally frequent ones the smaller. */
    samples: Cell[];
  })[];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** @param samples values given of each column. @throws Error when the file is not such a database */
export function describeSqlite(path: string, schema: DatabaseSchema, samples = 5): DescribedTable[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const one = (sql: string): number => database.prepare(sql).pluck().get() as number;
    return schema.tables.map(({ name, columns }) => {
      const table = quoted(name);
      return {
        name,
        rowCount: one(`SELECT COUNT(*) FROM ${table}`),
        columns: columns.map((column) => {
          const value = quoted(column.name);
          const frequent = `SELECT ${value} FROM ${table} WHERE ${value} IS NOT NULL GROUP BY ${value} ORDER BY COUNT(*) DESC, ${value} LIMIT ?`;
          return {
            ...column,
            distinctCount: one(`SELECT COUNT(DISTINCT ${value}) FROM ${table}`),
            nullCount: one(`SELECT COUNT(*) FROM ${table} WHERE ${value} IS NULL`),
            samples: database.prepare(frequent).pluck().all(samples) as Cell[],
          };
        }),
      };
    });
  } finally {
    database.close();
  }
}
