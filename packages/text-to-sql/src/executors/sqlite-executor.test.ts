import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { SqlExecutor } from './contract.ts';
import { executorContract, suiteRows } from './contract-suite.fixture.ts';
import { openExecutor } from './open-executor.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-executor-'));
const path = join(folder, 'data.sqlite');
const hash = (): string => createHash('sha256').update(readFileSync(path)).digest('hex');
let executor: SqlExecutor;

beforeAll(async () => {
  buildSqlite(suiteRows, path);
  executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs: 300 });
});
afterAll(async () => {
  await executor.close();
  rmSync(folder, { recursive: true });
});

executorContract(() => executor);

describe('what only SQLite has', () => {
  test.each([
    ['SELECT zeroblob(900000000)', /unknown_name/],
    ["SELECT printf('%.*c', 900000000, 'x')", /unknown_name/],
    [`SELECT ${'REPLACE('.repeat(9)}'aaaaaaaaaa'${", 'a', 'aaaaaaaaaa')".repeat(9)}`, /out_of_memory|timeout/],
    ["SELECT load_extension('x')", /not_select/],
    ['SELECT * FROM pragma_table_info("Medal")', /not_select/],
    ['EXPLAIN SELECT 1', /not_select/],
    ['VACUUM INTO "x"', /not_select/],
  ])('%s', async (sql, expected) => {
    const outcome = await executor.execute(sql);
    expect(outcome.kind === 'error' ? outcome.code : 'rows').toMatch(expected);
  });

  test('memory of a child is capped', async () => {
    const tight = await openExecutor(
      { database: 'sqlite', path },
      { timeoutMs: 10_000, maxMemoryMb: 200, poolSize: 1 },
    );
    const sql =
      'SELECT CHAR_LENGTH(GROUP_CONCAT(CONCAT(a.location, b.location, c.location))) FROM Medal a, Medal b, Medal c';
    expect(await tight.execute(sql)).toMatchObject({ kind: 'error', code: 'out_of_memory' });
    expect(await tight.execute('SELECT 1')).toMatchObject({ kind: 'rows' });
    await tight.close();
  }, 120_000);
});

test('no statement, however made, changes the file or the folder', async () => {
  const before = hash();
  const files = readdirSync(folder);
  const piece = fc.constantFrom(
    'SELECT',
    'DELETE',
    'UPDATE',
    'INSERT INTO',
    'REPLACE INTO',
    'DROP TABLE',
    'CREATE TABLE',
    'ALTER TABLE',
    'ATTACH',
    'PRAGMA',
    'VACUUM',
    'WITH t AS (SELECT 1)',
    'REINDEX',
    'ANALYZE',
    'BEGIN',
    'COMMIT',
    'Medal',
    'Athlete',
    'SET',
    'FROM',
    'VALUES',
    '(1)',
    '*',
    '1',
    ';',
    '--',
    '/*',
    '*/',
    "'",
    '"',
    '`',
    '\\',
    'year = 1',
    'journal_mode = WAL',
    'writable_schema = 1',
    'WHERE',
    'RETURNING *',
    '\n',
    '(',
    ')',
  );
  const statement = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(' '));
  const whole = fc.constantFrom(
    'DELETE FROM Medal',
    'UPDATE Medal SET year = 1',
    'DROP TABLE Medal',
    "INSERT INTO Athlete VALUES (99, 'x')",
    'VACUUM',
    'PRAGMA journal_mode = WAL',
    `ATTACH '${join(folder, 'new')}' AS n`,
  );
  const glued = fc
    .tuple(
      fc.constantFrom(
        '',
        'SELECT 1;',
        'SELECT 1 --\n;',
        "SELECT 'a\\';",
        'SELECT "',
        '/*',
        'WITH t AS (SELECT 1) ',
        '(',
        "SELECT ''' ;",
      ),
      whole,
      fc.constantFrom('', '*/', ')', "'", ' --'),
    )
    .map((parts) => parts.join(''));
  const sqls = fc.sample(fc.oneof(statement, glued), { numRuns: 3000 });
  await executor.executeAll(sqls);
  expect(hash()).toBe(before);
  expect(readdirSync(folder)).toEqual(files);
}, 60_000);

test('the same rows give the same bytes', () => {
  const copy = join(folder, 'copy.sqlite');
  buildSqlite(suiteRows, copy);
  expect(readFileSync(copy).equals(readFileSync(path))).toBe(true);
  rmSync(copy);
});

test('a child that is killed from outside is replaced, and its statements answered', async () => {
  const own = await openExecutor({ database: 'sqlite', path }, { timeoutMs: 2_000, poolSize: 1 });
  const children = (own as unknown as { children: Set<{ kill(): void }> }).children;
  const answers = own.executeAll(
    Array.from({ length: 300 }, (_, i) => `SELECT COUNT(*) + ${i} FROM Medal WHERE year > ${i}`),
  );
  setTimeout(() => [...children][0]?.kill(), 5);
  expect((await answers).every(({ kind }) => kind === 'rows')).toBe(true);
  for (const child of children) child.kill();
  expect(await own.execute('SELECT 1')).toMatchObject({ rows: [[1]] });
  await own.close();
  await expect(own.execute('SELECT 1')).rejects.toThrow(/closed/);
});

describe('the process that holds the pool', () => {
  const script = (sql: string, more = '', timeoutMs = 60_000): ChildProcess => {
    const module = JSON.stringify(new URL('./open-executor.ts', import.meta.url).href);
    const code = `const { openExecutor } = await import(${module}); const x = await openExecutor({ database: 'sqlite', path: ${JSON.stringify(path)} }, { timeoutMs: ${timeoutMs}, poolSize: 1 });
      const child = [...x.children][0].child; console.log(child.pid); await x.execute(${JSON.stringify(sql)}); ${more}`;
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };
  const firstLine = (child: ChildProcess): Promise<string> =>
    new Promise((resolve) => child.stdout?.once('data', (data) => resolve(String(data))));
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  test('can end without closing it', async () => {
    const holder = script('SELECT 1');
    const pid = Number(await firstLine(holder));
    const code = await new Promise((resolve) => holder.once('exit', resolve));
    expect(code).toBe(0);
    await vi.waitUntil(() => !isAlive(pid), { timeout: 60_000 });
  }, 120_000);

  test('waits for every statement, also when each child must be replaced', async () => {
    const holder = script(
      'SELECT 1',
      `const runaway = (i) => 'SELECT COUNT(*) + ' + i + ' FROM Medal a, Medal b, Medal c';
      const o = await x.executeAll([1, 2, 3].map(runaway)); console.log(o.map((each) => each.code).join());`,
      200,
    );
    let output = '';
    holder.stdout?.on('data', (data) => {
      output += String(data);
    });
    expect(await new Promise((resolve) => holder.once('exit', resolve))).toBe(0);
    expect(output).toMatch(/timeout,timeout,timeout/);
  }, 120_000);

  test('takes a running statement with it when it is killed', async () => {
    const holder = script('SELECT COUNT(*) FROM Medal a, Medal b, Medal c, Medal d');
    const pid = Number(await firstLine(holder));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(isAlive(pid)).toBe(true);
    holder.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 60_000 });
  }, 120_000);
});

test('a missing or damaged file is a UserError', async () => {
  await expect(openExecutor({ database: 'sqlite', path: join(folder, 'none') })).rejects.toThrow(UserError);
  const damaged = join(folder, 'damaged');
  writeFileSync(damaged, 'x'.repeat(5000));
  await expect(openExecutor({ database: 'sqlite', path: damaged })).rejects.toThrow(UserError);
  rmSync(damaged);
});
