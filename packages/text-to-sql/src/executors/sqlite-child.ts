/**
 * Child process that runs untrusted SELECTs on one SQLite file. Its parent kills it when a statement runs away; the number of the
 * statement that is running stands in a shared file (descriptor 4), so that the parent knows which one that was.
 */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type ErrorCode, failure, type Outcome } from './contract.ts';
import { registerMysqlFunctions } from './mysql-functions.ts';
import { toSqlite } from './sqlite-dialect.ts';
import { guardStatement } from './statement-guard.ts';
import { SqlRefusal, tokenizeSql } from './tokenize-sql.ts';

export interface ChildSettings {
  path: string;
  maxRows: number;
  maxBytes: number;
}

/** Statements numbered from `first`; the parent counts on through the child's life, from 1. */
export interface ChildRequest {
  first: number;
  sqls: string[];
}

export type ChildReply = { ready: true } | { broken: string } | { outcomes: Outcome[] };

const markDescriptor = 4;
const mark = Buffer.alloc(4);

function setMark(statement: number): void {
  mark.writeUInt32LE(statement);
  writeSync(markDescriptor, mark, 0, 4, 0);
}

function run(database: Database.Database, sql: string, settings: ChildSettings): Outcome {
  try {
    const statement = database.prepare(toSqlite(guardStatement(tokenizeSql(sql))));
    if (!statement.reader || !statement.readonly) return failure('not_select', 'not a read-only query');
    // Raw rows: objects would drop columns of the same name.
    statement.raw();
    const rows: (string | number | null)[][] = [];
    let bytes = 0;
    for (const raw of statement.iterate() as IterableIterator<unknown[]>) {
      const row = raw.map(toCell);
      for (const cell of row) bytes += typeof cell === 'string' ? cell.length : 8;
      if (rows.length >= settings.maxRows || bytes > settings.maxBytes) {
        return { kind: 'rows', columns: columnNames(statement), rows, truncated: true };
      }
      rows.push(row);
    }
    return { kind: 'rows', columns: columnNames(statement), rows, truncated: false };
  } catch (error) {
    if (error instanceof SqlRefusal) return failure(error.code, error.message);
    const { message, code } = error as Error & { code?: string };
    // A damaged or vanished file is no fault of the query: the parent turns the missing reply into a fault.
    if (code?.startsWith('SQLITE_CORRUPT') || code?.startsWith('SQLITE_IOERR') || code?.startsWith('SQLITE_NOTADB'))
      throw error;
    return failure(errorCode(code, message), message);
  }
}

const columnNames = (statement: Database.Statement): string[] => statement.columns().map(({ name }) => name);

function toCell(value: unknown): string | number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

function errorCode(code: string | undefined, message: string): ErrorCode {
  if (/no such (table|column|function)/.test(message)) return 'unknown_name';
  if (/syntax error|incomplete input|unrecognized token/.test(message)) return 'syntax';
  if (code === 'SQLITE_NOMEM' || code === 'SQLITE_TOOBIG' || /too big|out of memory|string longer than/i.test(message))
    return 'out_of_memory';
  return 'other';
}

/** Longest time finished outcomes wait in the child while a batch goes on. */
const flushMs = 20;

function serve(database: Database.Database, settings: ChildSettings): void {
  const send = (reply: ChildReply): void => void process.send?.(reply);
  process.on('message', ({ first, sqls }: ChildRequest) => {
    let outcomes: Outcome[] = [];
    let flushed = performance.now();
    for (const [index, sql] of sqls.entries()) {
      setMark(first + index);
      outcomes.push(run(database, sql, settings));
      if (performance.now() - flushed > flushMs) {
        send({ outcomes });
        outcomes = [];
        flushed = performance.now();
      }
    }
    setMark(0);
    if (outcomes.length > 0) send({ outcomes });
  });
  process.on('disconnect', () => process.exit(0));
  send({ ready: true });
}

/** Ends this process when its parent is gone: a thread sees to it, since a runaway statement keeps the main one from noticing. */
function watchParent(): void {
  const watch = `const parent = process.ppid; setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}

watchParent();
const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
let database: Database.Database | null = null;
try {
  database = new Database(settings.path, { readonly: true, fileMustExist: true });
  database.pragma('schema_version');
  registerMysqlFunctions(database);
} catch (error) {
  process.send?.({ broken: (error as Error).message } satisfies ChildReply, () => process.exit(1));
}
if (database) serve(database, settings);
