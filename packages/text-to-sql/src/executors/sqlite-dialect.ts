/**
 * Writes a guarded statement in MariaDB's dialect as SQLite reads it: what MariaDB refuses is refused, what it reads otherwise is
 * rewritten, the rest stays as it is (docs/dialect.md).
 */
import { Cursor } from './dialect/cursor.ts';
import { readExpression } from './dialect/expressions.ts';
import { readQueryExpression } from './dialect/queries.ts';
import type { Catalogue } from './dialect/scope.ts';
import type { SqlToken } from './tokenize-sql.ts';

export interface SqliteStatement {
  sql: string;
  /** What its columns are called; null where only the database knows it, behind a *. */
  headings: string[] | null;
  /** One row at most, whatever the data. */
  single: boolean;
}

/**
 * One pass over the tokens.
 * @param catalogue the tables of the database; without it names are left for SQLite to look up, and their types unknown
 * @throws SqlRefusal with the code that MariaDB's refusal has
 */
export function translateToSqlite(tokens: readonly SqlToken[], catalogue: Catalogue | null = null): SqliteStatement {
  const cursor = new Cursor(tokens, catalogue);
  cursor.readExpression = (scope) => readExpression(cursor, scope);
  cursor.readQuery = (outer) => readQueryExpression(cursor, outer);
  const { single } = readQueryExpression(cursor, null);
  if (!cursor.done) cursor.fail();
  cursor.finish();
  return { sql: cursor.edits.written(), headings: cursor.headings, single };
}

/** The text alone; see `translateToSqlite`. */
export function toSqlite(tokens: readonly SqlToken[], catalogue: Catalogue | null = null): string {
  return translateToSqlite(tokens, catalogue).sql;
}
