/** The attacks on SQLite's child processes, and what the read-only file refuses when nothing stands before it. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { allowedFunctions } from './allowed-functions.ts';
import { attackSuite, timeoutMs } from './attack-suite.fixture.ts';
import { attacks } from './attacks.fixture.ts';
import type { SqlExecutor } from './contract.ts';
import { suiteRows } from './contract-suite.fixture.ts';
import { openExecutor } from './open-executor.ts';
import { processorMs } from './process-usage.ts';
import { runSqlite } from './run-sqlite.ts';
import type { SqliteStatement } from './sqlite-dialect.ts';
import { guardStatement } from './statement-guard.ts';
import { tokenizeSql } from './tokenize-sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-attacks-'));
const outside = join(folder, 'outside');
const path = join(folder, 'data.sqlite');
const hash = (): string => createHash('sha256').update(readFileSync(path)).digest('hex');
let executor: SqlExecutor;
let watching: NodeJS.Timeout;
/** Processor time of each child that was seen. */
const used = new Map<number, number>();

beforeAll(async () => {
  mkdirSync(outside);
  buildSqlite(suiteRows, path);
  executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs, poolSize: 1 });
  watching = setInterval(look, 5);
});
afterAll(async () => {
  clearInterval(watching);
  await executor?.close();
  rmSync(folder, { recursive: true });
});

function look(): void {
  const { children } = executor as unknown as { children: Set<{ child: { pid: number } }> };
  for (const { child } of children) {
    const ms = processorMs(child.pid);
    if (ms) used.set(child.pid, ms);
  }
}

/** A child that was started since the last statement has had time to start, which is no statement's. */
function usedMs(): number | null {
  look();
  return used.size === 0 ? null : [...used.values()].reduce((sum, ms) => sum + ms, 0);
}

attackSuite({
  executor: () => executor,
  content: async () => hash(),
  surroundings: async () => String(readdirSync(folder)),
  folder: outside,
  // No statement that only reads changes a session of SQLite's, and there is no way around the guard to ask.
  session: async () => null,
  usedMs,
});

test('functions of dates do not tell the present', async () => {
  for (const call of ["DATE('now')", "DATE(CONCAT('n', 'ow'))", "TIME('now')", "TIMESTAMP('now')", "YEAR('now')"]) {
    const outcome = await executor.execute(`SELECT ${call}`);
    expect(outcome.kind === 'rows' ? outcome.rows : [[null]], call).toEqual([[null]]);
  }
  for (const call of ['DATE()', 'TIME()', "DATE('2001-01-01', 'localtime')"])
    expect(await executor.execute(`SELECT ${call}`), call).toMatchObject({ kind: 'error' });
});

/** A statement that was not read before it runs. */
const asItStands = (sql: string): SqliteStatement => ({ sql, headings: null, single: false });

describe('without the guard', () => {
  const open = (): Database.Database => new Database(path, { readonly: true, fileMustExist: true });

  test.each([
    'writing rows',
    'changing the schema',
    'temporary tables',
    'settings of the session',
    'attaching, pragmas, extensions',
  ])('nothing of "%s" writes', (kind) => {
    const before = hash();
    const database = open();
    for (const template of attacks[kind]?.statements ?? []) {
      const sql = template.replaceAll('{folder}', outside);
      const outcome = runSqlite(database, asItStands(sql), { maxRows: 200, maxBytes: 65_536 });
      expect(hash(), sql).toBe(before);
      expect(readdirSync(outside), sql).toEqual([]);
      const writes = kind !== 'attaching, pragmas, extensions';
      if (writes) expect(outcome.kind, sql).toBe('error');
    }
    expect(database.prepare('SELECT COUNT(*) FROM Medal').pluck().get()).toBe(3003);
    database.close();
  });

  test('functions that reach outside fail', () => {
    const database = open();
    for (const sql of [
      "SELECT load_extension('x')",
      "SELECT readfile('/etc/passwd')",
      "SELECT writefile('x', 'y')",
      "SELECT edit('x')",
    ])
      expect(runSqlite(database, asItStands(sql), { maxRows: 1, maxBytes: 100 }), sql).toMatchObject({ kind: 'error' });
    database.close();
  });
});

describe('of what this SQLite has', () => {
  const database = new Database(':memory:');
  const names = (table: string): string[] =>
    database.prepare(`SELECT DISTINCT name FROM ${table}`).pluck().all() as string[];
  const passes = (sql: string): boolean => {
    try {
      guardStatement(tokenizeSql(sql));
      return true;
    } catch {
      return false;
    }
  };

  test('no table but the dataset’s own passes the guard', () => {
    const modules = [...names('pragma_module_list'), ...names('pragma_pragma_list').map((name) => `pragma_${name}`)];
    const engine = [
      ...modules,
      'sqlite_master',
      'sqlite_schema',
      'sqlite_temp_master',
      'sqlite_temp_schema',
      'sqlite_stat1',
    ];
    expect(engine.length).toBeGreaterThan(60);
    for (const name of engine)
      for (const table of [
        name,
        name.toUpperCase(),
        `\`${name}\``,
        `"${name}"`,
        `'${name}'`,
        `main.${name}`,
        `${name}(1)`,
      ])
        expect(passes(`SELECT * FROM ${table}`), table).toBe(false);
  });

  test('no function that is not on the list passes it', () => {
    const functions = names('pragma_function_list').filter((name) => /^\w+$/.test(name));
    expect(functions.length).toBeGreaterThan(100);
    for (const name of functions)
      for (const call of [`${name}(1)`, `\`${name}\`(1)`, `${name} (1)`, `${name}/**/(1)`])
        if (!allowedFunctions.has(name.toUpperCase()) && name !== 'match' && name !== 'like')
          expect(passes(`SELECT ${call}`), call).toBe(false);
  });
});
