/**
 * Child process that runs untrusted SELECTs on one SQLite file. Its parent kills it when a statement runs away; the number of the
 * statement that is running stands in a shared file (descriptor 4), so that the parent knows which one that was.
 */
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { watchParent } from '../watch-parent.ts';
import { failure, type Outcome } from './contract.ts';
import { readCatalogue } from './dialect/catalogue.ts';
import type { Catalogue } from './dialect/scope.ts';
import { registerMysqlFunctions } from './mysql-functions.ts';
import { runSqlite } from './run-sqlite.ts';
import { type SqliteStatement, translateToSqlite } from './sqlite-dialect.ts';
import { guardStatement } from './statement-guard.ts';
import { SqlRefusal, tokenizeSql } from './tokenize-sql.ts';

export interface ChildSettings {
  /** Process that this one ends with. */
  parent: number;
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

function run(database: Database.Database, catalogue: Catalogue, sql: string, settings: ChildSettings): Outcome {
  let statement: SqliteStatement;
  try {
    statement = translateToSqlite(guardStatement(tokenizeSql(sql)), catalogue);
  } catch (error) {
    if (error instanceof SqlRefusal) return failure(error.code, error.message);
    throw error;
  }
  return runSqlite(database, statement, settings);
}

/** Longest time finished outcomes wait in the child while a batch goes on. */
const flushMs = 20;

function serve(database: Database.Database, settings: ChildSettings): void {
  const catalogue = readCatalogue(database);
  const send = (reply: ChildReply): void => void process.send?.(reply);
  process.on('message', ({ first, sqls }: ChildRequest) => {
    let outcomes: Outcome[] = [];
    let flushed = performance.now();
    for (const [index, sql] of sqls.entries()) {
      setMark(first + index);
      outcomes.push(run(database, catalogue, sql, settings));
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

const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
watchParent(settings.parent);
let database: Database.Database | null = null;
try {
  database = new Database(settings.path, { readonly: true, fileMustExist: true });
  database.pragma('schema_version');
  // Sorting spills into memory, which is watched, and not onto a disk; nothing is written, whatever gets past the guard.
  database.pragma('temp_store = MEMORY');
  database.pragma('query_only = ON');
  database.pragma('trusted_schema = OFF');
  // The shared lock is kept: taking and giving it back for each statement costs as much as a look-up.
  database.pragma('locking_mode = EXCLUSIVE');
  registerMysqlFunctions(database);
} catch (error) {
  process.send?.({ broken: (error as Error).message } satisfies ChildReply, () => process.exit(1));
}
if (database) serve(database, settings);
