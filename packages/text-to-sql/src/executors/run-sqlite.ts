/** Runs one translated statement on an open SQLite database: rows up to the caps, or what was wrong with it. */
import type Database from 'better-sqlite3';
import { type ExecutorLimits, failure, type Outcome } from './contract.ts';
import { sqliteErrorCode } from './error-codes.ts';
import type { SqliteStatement } from './sqlite-dialect.ts';

type Cell = string | number | null;

/** @throws the driver's error when the file is damaged or gone: a fault, and no outcome */
export function runSqlite(
  database: Database.Database,
  { sql, headings, single }: SqliteStatement,
  { maxRows, maxBytes }: Pick<ExecutorLimits, 'maxRows' | 'maxBytes'>,
): Outcome {
  try {
    const statement = database.prepare(sql);
    if (!statement.reader || !statement.readonly) return failure('not_select', 'not a read-only query');
    // Raw rows: objects would drop columns of the same name.
    statement.raw();
    // Asking SQLite for the names, and walking over rows one by one, each cost as much as looking one row up.
    const columns = headings ?? statement.columns().map(({ name }) => name);
    let characters = 0;
    for (const name of columns) characters += name.length;
    const rows: Cell[][] = [];
    for (const row of (single ? statement.all() : statement.iterate()) as Iterable<Cell[]>) {
      if (rows.length >= maxRows) return { kind: 'rows', columns, rows, truncated: true };
      for (let at = 0; at < row.length; at += 1) {
        const cell = row[at] as unknown;
        if (typeof cell === 'string') characters += cell.length;
        else {
          if (typeof cell !== 'number' || !Number.isFinite(cell)) row[at] = toCell(cell);
          characters += 8;
        }
      }
      if (characters > maxBytes) return { kind: 'rows', columns, rows, truncated: true };
      rows.push(row);
    }
    return { kind: 'rows', columns, rows, truncated: false };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    // A damaged or vanished file is no fault of the query: the parent turns the missing reply into a fault.
    if (code?.startsWith('SQLITE_CORRUPT') || code?.startsWith('SQLITE_IOERR') || code?.startsWith('SQLITE_NOTADB'))
      throw error;
    return failure(sqliteErrorCode(code, message), message);
  }
}

/** Bytes that are no UTF-8 become replacement characters, as the driver makes them of text. */
function toCell(value: unknown): Cell {
  if (value === null) return null;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}
