/** Puts descriptions into a schema. */
import type { DatabaseSchema } from '../databases/schema.ts';

/** @param descriptions by `table.column` in lower case */
export function describeColumns(schema: DatabaseSchema, descriptions: ReadonlyMap<string, string>): DatabaseSchema {
  return {
    tables: schema.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => {
        const description = descriptions.get(`${table.name}.${column.name}`.toLowerCase());
        return description === undefined ? column : { ...column, description };
      }),
    })),
  };
}
