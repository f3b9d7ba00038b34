/** The executor contract on a real MariaDB, installed and started privately when need be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../../infra/mariadb/launch.ts';
import { buildMariadb } from '../databases/build-mariadb.ts';
import { connectionOptions, parseMysqlUrl, readerOf } from '../databases/mysql-url.ts';
import { defaultLimits, type SqlExecutor } from './contract.ts';
import { executorContract, suiteRows } from './contract-suite.fixture.ts';
import { sessionSettings } from './mysql-session.ts';
import { openExecutor } from './open-executor.ts';

const folder = mkdtempSync(join(tmpdir(), 'mysql-executor-'));
let server: MariadbServer;
let schema: string;
let executor: SqlExecutor;

beforeAll(async () => {
  server = await startMariadb({ folder });
  schema = await buildMariadb(suiteRows, server.url);
  executor = await openExecutor({ database: server.url, schema }, { timeoutMs: 300 });
}, 300_000);
afterAll(async () => {
  await executor?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

executorContract(() => executor);

test.each(['SELECT * FROM mysql.global_priv', 'SELECT * FROM queryloop_complete.built'])(
  '%s is outside the database',
  async (sql) => {
    expect(await executor.execute(sql)).toMatchObject({ kind: 'error', code: 'unknown_name' });
  },
);

test('the user of queries may not write, guard or no guard', async () => {
  const reader = readerOf(parseMysqlUrl(server.url), schema);
  const connection = await createConnection({ ...reader, database: schema });
  for (const sql of [
    'DELETE FROM Medal',
    'CREATE TABLE x (a INT)',
    "SELECT 1 INTO OUTFILE 'x'",
    'DROP DATABASE queryloop_complete',
  ]) {
    await expect(connection.query(sql), sql).rejects.toThrow(/denied/);
  }
  await connection.end();
});

test('building again keeps the database; a half-built one is built anew', async () => {
  const admin = await createConnection(server.url);
  await admin.query(`DELETE FROM \`${schema}\`.Medal WHERE medal_id = 3003`);
  expect(await buildMariadb(suiteRows, server.url)).toBe(schema);
  expect(await executor.execute('SELECT COUNT(*) FROM Medal')).toMatchObject({ rows: [[3002]] });
  await admin.query('DELETE FROM queryloop_complete.built');
  const names = await Promise.all([buildMariadb(suiteRows, server.url), buildMariadb(suiteRows, server.url)]);
  expect(names).toEqual([schema, schema]);
  expect(await executor.execute('SELECT COUNT(*) FROM Medal')).toMatchObject({ rows: [[3003]] });
  await admin.end();
});

test('connections that are lost are opened again', async () => {
  const admin = await createConnection(server.url);
  const [rows] = await admin.query('SELECT id FROM information_schema.processlist WHERE user LIKE "ql%"');
  for (const { id } of rows as { id: number }[]) await admin.query(`KILL ${id}`).catch(() => {});
  expect(await executor.execute('SELECT 1')).toMatchObject({ rows: [[1]] });
  expect(await executor.execute('SELECT 2')).toMatchObject({ rows: [[2]] });
  await admin.end();
});

test('a wrong password and a server that is not there are UserErrors without the password', async () => {
  const wrong = server.url.replace(/:[^:@]+@/, ':s3cret@');
  const absent = 'mysql://someone:s3cret@127.0.0.1:1/';
  for (const url of [wrong, absent]) {
    for (const attempt of [buildMariadb(suiteRows, url), openExecutor({ database: url, schema })]) {
      const error = await attempt.then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error).toBeInstanceOf(UserError);
      expect(error?.message).toMatch(
        url === wrong ? /127\.0\.0\.1:\d+ refused user "queryloop"/ : /127\.0\.0\.1:1 for user "someone"/,
      );
      expect(`${error?.message}${(error as UserError).hint}`).not.toContain('s3cret');
    }
  }
  expect(() => parseMysqlUrl('postgres://a:s3cret@b/')).toThrow(UserError);
  expect(parseMysqlUrl(`mysql://\${U}:\${P}@b/`, { U: 'ann', P: 'a:b@c' })).toMatchObject({
    user: 'ann',
    password: 'a:b@c',
  });
  expect(parseMysqlUrl('mysql://u:%24%7BP%7D@b/', { P: 'x' }).password).toBe(`\${P}`);
});

test('the password can stand in an environment variable, and a new one brings a new SELECT-only user', async () => {
  const named = server.url.replace(/:[^:@]+@/, `:\${QUERYLOOP_TEST_PASSWORD}@`);
  const missing = await openExecutor({ database: named, schema }).catch((error: UserError) => error);
  expect(missing).toBeInstanceOf(UserError);
  expect((missing as UserError).message).toContain('QUERYLOOP_TEST_PASSWORD');
  const password = parseMysqlUrl(server.url).password;
  process.env['QUERYLOOP_TEST_PASSWORD'] = password;
  const admin = await createConnection(server.url);
  try {
    expect(await buildMariadb(suiteRows, named)).toBe(schema);
    const other = await openExecutor({ database: named, schema });
    expect(await other.execute('SELECT COUNT(*) FROM Medal')).toMatchObject({ rows: [[3003]] });
    await other.close();
    await admin.query("SET PASSWORD = PASSWORD('another')");
    process.env['QUERYLOOP_TEST_PASSWORD'] = 'another';
    const rotated = await openExecutor({ database: named, schema }, { poolSize: 1 });
    expect(await rotated.execute('SELECT COUNT(*) FROM Medal')).toMatchObject({ rows: [[3003]] });
    const [users] = await admin.query("SELECT DISTINCT user FROM information_schema.processlist WHERE user LIKE 'ql%'");
    expect((users as { user: string }[]).map(({ user }) => user)).toContain(
      readerOf(parseMysqlUrl(named), schema).user,
    );
    await rotated.close();
  } finally {
    await admin.query('SET PASSWORD = PASSWORD(?)', [password]);
    await admin.end();
    delete process.env['QUERYLOOP_TEST_PASSWORD'];
  }
});

test('a taken port is said so', async () => {
  await expect(startMariadb({ folder: join(folder, 'second'), port: server.port })).rejects.toThrow(
    /Port \d+ .* is taken/,
  );
});

describe('on a server that is set to read SQL in other ways', () => {
  const ways = {
    sql_mode: 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE',
    time_zone: '+05:00',
    div_precision_increment: 9,
    max_recursive_iterations: 10,
  };
  const before: Record<string, unknown> = {};
  let other: SqlExecutor;

  /** The settings that sessions which begin now are given. */
  async function settingsNow(): ReturnType<typeof sessionSettings> {
    const connection = await createConnection(connectionOptions(parseMysqlUrl(server.url), schema));
    try {
      return await sessionSettings(
        async (sql) => (await connection.query({ sql, rowsAsArray: true }))[0] as unknown[][],
        defaultLimits,
      );
    } finally {
      await connection.end();
    }
  }

  beforeAll(async () => {
    expect(await settingsNow()).toMatchObject({ before: expect.stringMatching(/^SET STATEMENT/), after: null });
    const admin = await createConnection(server.url);
    for (const [name, value] of Object.entries(ways)) {
      const [rows] = await admin.query(`SELECT @@global.${name} AS value`);
      before[name] = (rows as { value: unknown }[])[0]?.value;
      await admin.query(`SET GLOBAL ${name} = ?`, [value]);
    }
    await admin.end();
    expect(await settingsNow()).toMatchObject({
      before: '',
      after: expect.stringMatching(/^SET SESSION sql_mode = ''/),
    });
    other = await openExecutor({ database: server.url, schema }, { timeoutMs: 300 });
  });
  afterAll(async () => {
    await other?.close();
    const admin = await createConnection(server.url);
    for (const [name, value] of Object.entries(before)) await admin.query(`SET GLOBAL ${name} = ?`, [value]);
    await admin.end();
  });

  executorContract(() => other);
});
