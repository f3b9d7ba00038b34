/** A second look at statements by a full parser of the dialect, where it can read them. */
import { createRequire } from 'node:module';
import type { AST, Parser } from 'node-sql-parser';
import { SqlRefusal } from './tokenize-sql.ts';

// The parser is CommonJS; only MariaDB's grammar is loaded.
const { Parser: MariadbParser } = createRequire(import.meta.url)('node-sql-parser/build/mariadb.js') as { Parser: new () => Parser };
const parser = new MariadbParser();

/**
 * @throws SqlRefusal `not_select` when the parser reads something other than one plain SELECT. What it cannot read passes: it
 * knows less than the server, and statement-guard.ts has looked already.
 */
export function guardParsed(sql: string): void {
  let parsed: AST | AST[];
  try {
    parsed = parser.astify(sql, { database: 'mariadb' });
  } catch {
    return;
  }
  const statements = Array.isArray(parsed) ? parsed : [parsed];
  const only = statements[0];
  if (statements.length !== 1 || only?.type !== 'select') throw new SqlRefusal('not_select', 'not a single SELECT');
  const into = (only as { into?: { expr?: unknown; keyword?: string } }).into;
  if (into?.keyword || into?.expr) throw new SqlRefusal('not_select', 'SELECT INTO is not allowed');
}
