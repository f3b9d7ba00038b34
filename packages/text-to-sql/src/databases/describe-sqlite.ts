/** What stands in a database that buildSqlite wrote, for people: tables, columns, and the values they hold most. */
import Database from 'better-sqlite3';
import { quotedName as quoted } from './quote-name.ts';
import { type Cell, type Column, type DatabaseSchema, primaryKeyOf } from './schema.ts';

export interface DescribedTable {
  name: string;
  rowCount: number;
  columns: (Column & {
    /** Part of the primary key. */
    key: boolean;
    distinctCount: number;
    nullCount: number;
    /** The most frequent values first; of equally frequent ones the smaller. */
    samples: Cell[];
  })[];
}

/** @param samples values given of each column. @throws Error when the file is not such a database */
export function describeSqlite(path: string, schema: DatabaseSchema, samples = 5): DescribedTable[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const one = (sql: string): number => database.prepare(sql).pluck().get() as number;
    return schema.tables.map((described) => {
      const { name, columns } = described;
      const table = quoted(name);
      const keys = new Set(primaryKeyOf(described));
      return {
        name,
        rowCount: one(`SELECT COUNT(*) FROM ${table}`),
        columns: columns.map((column) => {
          const value = quoted(column.name);
          const frequent = `SELECT ${value} FROM ${table} WHERE ${value} IS NOT NULL GROUP BY ${value} ORDER BY COUNT(*) DESC, ${value} LIMIT ?`;
          return {
            ...column,
            key: keys.has(column.name),
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
