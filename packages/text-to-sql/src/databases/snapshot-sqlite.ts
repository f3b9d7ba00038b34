/** Copies schema and rows of an SQLite file that belongs to somebody else: nothing is written to it or beside it. */
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import Database from 'better-sqlite3';
import { quotedName } from './quote-name.ts';
import { settle } from './settle-references.ts';
import type { FoundCell, FoundTable } from './settle-table.ts';
import { chooseTables, type DatabaseSnapshot, requireFits, type SnapshotOptions } from './snapshot.ts';

/** @throws UserError when the file cannot be read, is no SQLite database, or is too large */
export function snapshotSqlite(path: string, options: SnapshotOptions = {}): DatabaseSnapshot {
  requireFile(path);
  const scratch = isWal(path) ? mkdtempSync(join(tmpdir(), 'queryloop-snapshot-')) : undefined;
  try {
    const database = open(scratch === undefined ? path : copyWithLog(path, scratch), path);
    try {
      // One transaction: what others write meanwhile is not seen.
      return database.transaction(() => read(database, options))();
    } catch (error) {
      throw sqliteError(error as Error & { code?: string }, path);
    } finally {
      database.close();
    }
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return;
  throw new UserError({
    message: found ? `${path} is not a file` : `no such file: ${path}`,
    field: '--database',
    hint: 'Give an SQLite file, or mysql://user:password@host:port/database.',
  });
}

/** Whether the header says that changes go through a log beside the file, which even readers would make files for. */
function isWal(path: string): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, 20, 0);
  } finally {
    closeSync(file);
  }
  return header[18] === 2 || header[19] === 2;
}

/** Copies file and log; both have to stay as they are meanwhile. */
function copyWithLog(path: string, folder: string): string {
  const copy = join(folder, 'data.sqlite');
  const log = `${path}-wal`;
  const state = (): string =>
    [path, log]
      .map((file) => statSync(file, { throwIfNoEntry: false }))
      .map((found) => `${found?.mtimeMs} ${found?.size}`)
      .join();
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = state();
    copyFileSync(path, copy);
    rmSync(`${copy}-wal`, { force: true });
    if (existsSync(log)) copyFileSync(log, `${copy}-wal`);
    if (state() === before) return copy;
  }
  throw new UserError({
    message: `${path} is being written to`,
    field: '--database',
    hint: 'Stop the program that writes, or give a copy made with: sqlite3 data.sqlite ".backup copy.sqlite"',
  });
}

function open(path: string, shown: string): Database.Database {
  try {
    // A copy of a log is read into its file first; the original is never opened for writing.
    const database = new Database(path, { readonly: path === shown, fileMustExist: true });
    database.pragma('schema_version');
    return database;
  } catch (error) {
    throw sqliteError(error as Error & { code?: string }, shown);
  }
}

function sqliteError(error: Error & { code?: string }, path: string): Error {
  if (!error.code?.startsWith('SQLITE_')) return error;
  const hints: [start: string, hint: string][] = [
    ['SQLITE_NOTADB', 'Is it another kind of file, or encrypted?'],
    ['SQLITE_BUSY', 'Another program is writing: stop it, or give a copy of the file.'],
    ['SQLITE_CANTOPEN', 'It, or a journal beside it, may be unreadable for this user.'],
    ['SQLITE_READONLY', 'A write was cut off: open the file once with the program that owns it.'],
    ['SQLITE_CORRUPT', 'It is damaged: try sqlite3 file.sqlite .recover'],
  ];
  return new UserError({
    message: `${path} cannot be read as an SQLite database: ${error.message}`,
    field: '--database',
    hint: hints.find(([start]) => error.code?.startsWith(start))?.[1] ?? 'Try a copy of the file.',
  });
}

interface ListedColumn {
  name: string;
  type: string;
  pk: number;
  hidden: number;
}

function read(database: Database.Database, options: SnapshotOptions): DatabaseSnapshot {
  const notes: string[] = [];
  const listed = database
    .prepare(
      `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all() as { name: string; type: string }[];
  const made = database.prepare('SELECT name FROM sqlite_schema ORDER BY rowid').pluck().all() as string[];
  const order = new Map(made.map((name, place) => [name, place]));
  listed.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const odd = listed.filter(({ type }) => type === 'virtual').map(({ name }) => name);
  if (odd.length > 0) notes.push(`left out, being virtual: ${odd.join(', ')}`);
  const kinds = listed.filter(({ type }) => type === 'table' || type === 'view');
  const names = chooseTables(
    kinds.map(({ name, type }) => ({ name, view: type === 'view' })),
    options,
    notes,
  );
  const plans = names.map((name) => planTable(database, name));
  requireFits(
    plans.map(({ name, rowCount, columns }) => ({
      name,
      rows: rowCount,
      bytes: columns.reduce((sum, { bytes }) => sum + bytes, 0),
    })),
    options,
  );
  const found = plans.map((plan) => readTable(database, plan, notes));
  return settle(found, notes, options.references);
}

interface TablePlan {
  name: string;
  rowCount: number;
  columns: { name: string; declared: string; bytes: number; blobs: number }[];
  primaryKey: string[];
  foreignKeys: FoundTable['foreignKeys'];
}

function planTable(database: Database.Database, name: string): TablePlan {
  const table = quotedName(name);
  // Hidden are columns of virtual tables; 2 and 3 are computed ones, which are copied as what they hold.
  const columns = (database.prepare('SELECT * FROM pragma_table_xinfo(?)').all(name) as ListedColumn[]).filter(
    ({ hidden }) => hidden !== 1,
  );
  const keys = database.prepare('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq').all(name) as {
    id: number;
    table: string;
    from: string;
    to: string | null;
  }[];
  const foreignKeys = new Map<number, FoundTable['foreignKeys'][number]>();
  for (const { id, table: to, from, to: column } of keys) {
    const key = foreignKeys.get(id) ?? { columns: [], table: to, references: [] };
    key.columns.push(from);
    if (column !== null) key.references.push(column);
    foreignKeys.set(id, key);
  }
  return {
    name,
    rowCount: database.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number,
    columns: columns.map((column) => {
      const value = quotedName(column.name);
      const { bytes, blobs } = database
        .prepare(
          `SELECT TOTAL(LENGTH(CAST(${value} AS BLOB))) AS bytes, TOTAL(TYPEOF(${value}) = 'blob') AS blobs FROM ${table}`,
        )
        .get() as { bytes: number; blobs: number };
      return { name: column.name, declared: column.type.toLowerCase(), bytes, blobs };
    }),
    primaryKey: columns
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map((column) => column.name),
    foreignKeys: [...foreignKeys.values()],
  };
}

function readTable(database: Database.Database, plan: TablePlan, notes: string[]): FoundTable {
  const keyed = new Set([...plan.primaryKey, ...plan.foreignKeys.flatMap(({ columns }) => columns)]);
  const kept = plan.columns.filter(({ name, blobs }) => {
    const binary = blobs > 0;
    if (binary && !keyed.has(name)) notes.push(`${plan.name}.${name}: left out, holds binary data`);
    else if (binary) notes.push(`${plan.name}.${name}: holds binary data: kept in hexadecimal digits, being a key`);
    return !binary || keyed.has(name);
  });
  if (kept.length === 0) {
    throw new UserError({
      message: `the table "${plan.name}" holds nothing but binary data`,
      field: '--without',
      hint: `Leave it out: --without ${plan.name}`,
    });
  }
  const select = kept.map(({ name, blobs }) => {
    const value = quotedName(name);
    return blobs > 0 ? `CASE WHEN ${value} IS NULL THEN NULL ELSE HEX(${value}) END` : value;
  });
  const [key] = plan.primaryKey;
  const order = key === undefined ? '' : ` ORDER BY ${plan.primaryKey.map(quotedName).join(', ')}`;
  const statement = database.prepare(`SELECT ${select.join(', ')} FROM ${quotedName(plan.name)}${order}`);
  const rows = statement.raw().safeIntegers().all() as (string | number | bigint | null)[][];
  return {
    name: plan.name,
    columns: kept,
    primaryKey: plan.primaryKey,
    foreignKeys: plan.foreignKeys,
    rows: rows.map((row) => row.map(exact)),
  };
}

/** Whole numbers come as bigint, so that those beyond exactness are known. */
function exact(cell: FoundCell): FoundCell {
  if (typeof cell !== 'bigint') return cell;
  return cell >= Number.MIN_SAFE_INTEGER && cell <= Number.MAX_SAFE_INTEGER ? Number(cell) : cell;
}
