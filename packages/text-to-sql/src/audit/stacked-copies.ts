/**
 * Several copies of a database in one file, the tables of each under names of their own: one child process runs a query on all of
 * them. A query is sent to a copy by renaming, everywhere in it, what is called like a table.
 */
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import { type SqlToken, tokenizeSql } from '../executors/tokenize-sql.ts';

const nameOn = (copy: number, name: string): string => `${name}__${copy}`;

const tableNames = ({ tables }: DatabaseSchema): Set<string> => new Set(tables.map(({ name }) => name.toLowerCase()));

/** The schema of a file with so many copies. A column that is called like a table is renamed with it. */
export function stackedSchema(schema: DatabaseSchema, copies: number): DatabaseSchema {
  const names = tableNames(schema);
  const tables = Array.from({ length: copies }, (_, copy) => {
    const renamed = (name: string): string => (names.has(name.toLowerCase()) ? nameOn(copy, name) : name);
    return schema.tables.map((table) => ({
      ...table,
      name: renamed(table.name),
      columns: table.columns.map(({ references, ...column }) => ({
        ...column,
        name: renamed(column.name),
        ...(references && { references: { table: renamed(references.table), column: renamed(references.column) } }),
      })),
      ...(table.primaryKey && { primaryKey: table.primaryKey.map(renamed) }),
      ...(table.foreignKeys && {
        foreignKeys: table.foreignKeys.map(({ columns, references }) => ({
          columns: columns.map(renamed),
          references: { table: renamed(references.table), columns: references.columns.map(renamed) },
        })),
      }),
    }));
  });
  return { tables: tables.flat() };
}

export function stackedRows(copies: readonly TableRows[]): TableRows {
  const entries = copies.flatMap((rows, copy) =>
    Object.entries(rows).map(([table, cells]): [string, Cell[][]] => [nameOn(copy, table), cells]),
  );
  return Object.fromEntries(entries);
}

/** Writes queries as they read on a copy. A text that is no statement stays as it is, and fails as it did. */
export function onCopy(schema: DatabaseSchema): (sql: string, copy: number) => string {
  const names = tableNames(schema);
  return (sql, copy) => {
    let tokens: SqlToken[];
    try {
      tokens = tokenizeSql(sql);
    } catch {
      return sql;
    }
    return tokens
      .map((token, i) => {
        if (token.kind === 'name' && names.has(token.value.toLowerCase()))
          return `\`${nameOn(copy, token.value).replaceAll('`', '``')}\``;
        const named = token.kind === 'word' && names.has(token.text.toLowerCase()) && !isCalled(tokens, i);
        return named ? nameOn(copy, token.text) : token.text;
      })
      .join(' ');
  };
}

/** `Format (…)` is a function, whatever tables there are. */
function isCalled(tokens: readonly SqlToken[], i: number): boolean {
  const next = tokens[i + 1];
  return next?.kind === 'operator' && next.text === '(';
}
