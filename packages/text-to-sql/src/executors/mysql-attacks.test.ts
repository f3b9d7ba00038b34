/** The attacks on a real MariaDB, and what the SELECT-only user and the reset of its session hold when nothing stands before them. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../../infra/mariadb/launch.ts';
import { buildMariadb } from '../databases/build-mariadb.ts';
import { athletesSchema } from '../databases/schema.ts';
import { attackSuite, timeoutMs } from './attack-suite.fixture.ts';
import { attacks } from './attacks.fixture.ts';
import type { SqlExecutor } from './contract.ts';
import { suiteRows } from './contract-suite.fixture.ts';
import type { MysqlConnection } from './mysql-connection.ts';
import { openExecutor } from './open-executor.ts';

const folder = mkdtempSync(join(tmpdir(), 'mysql-attacks-'));
let server: MariadbServer;
let schema: string;
let executor: SqlExecutor;
let admin: Connection;

beforeAll(async () => {
  server = await startMariadb({ folder });
  schema = await buildMariadb(suiteRows, server.url);
  executor = await openExecutor({ database: server.url, schema }, { timeoutMs, poolSize: 1 });
  admin = await createConnection(server.url);
}, 300_000);
afterAll(async () => {
  await admin?.end();
  await executor?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The pool's one connection, on which statements run without the guard. */
const connection = (): MysqlConnection =>
  (executor as unknown as { connections: MysqlConnection[] }).connections[0] as MysqlConnection;

const tables = athletesSchema.tables.map(({ name }) => name);

const ask = async (sql: string): Promise<string> => JSON.stringify((await admin.query<RowDataPacket[]>(sql))[0]);

const content = (): Promise<string> =>
  ask(`CHECKSUM TABLE ${tables.map((name) => `\`${schema}\`.\`${name}\``).join(', ')} EXTENDED`);

/** Databases, tables, users, routines, events, settings of the server and files of the database. */
async function surroundings(): Promise<string> {
  const parts = [
    await ask('SELECT table_schema, table_name, table_type FROM information_schema.tables ORDER BY 1, 2'),
    await ask('SELECT user, host, priv FROM mysql.global_priv ORDER BY 1, 2'),
    await ask('SELECT routine_schema, routine_name FROM information_schema.routines ORDER BY 1, 2'),
    await ask('SELECT event_name FROM information_schema.events'),
    await ask(
      "SELECT variable_name, variable_value FROM information_schema.global_variables WHERE variable_name NOT LIKE 'GTID%' ORDER BY 1",
    ),
    readdirSync(join(folder, 'data', schema)).sort(),
  ];
  return parts.flat().join('\n');
}

/** Whatever a session keeps between statements, but for FOUND_ROWS, which no reset clears and the guard refuses. */
async function session(): Promise<unknown> {
  const { outcome } = await connection().run(
    'SELECT @a, @x, @@sql_mode, @@max_statement_time, @@sql_select_limit, @@group_concat_max_len, @@max_recursive_iterations, @@max_session_mem_used, ' +
      '@@collation_connection, @@character_set_client, @@character_set_results, @@tx_read_only, @@tx_isolation, @@autocommit, @@in_transaction, ' +
      "@@timestamp, @@time_zone, @@insert_id, @@identity, LAST_INSERT_ID(), DATABASE(), CURRENT_ROLE(), IS_USED_LOCK('a'), " +
      '@@sql_safe_updates, @@foreign_key_checks, @@profiling, (SELECT COUNT(*) FROM Medal), @@warning_count',
  );
  return outcome;
}

attackSuite({ executor: () => executor, content, surroundings, folder, session, usedMs: () => null });

describe('without the guard', () => {
  const refusedKinds = Object.entries(attacks).filter(([, { refused }]) => refused);
  /** A user may end its own connections, change its own password, and take the name of a role that it has. */
  const own = /^(KILL|SET ROLE|SET PASSWORD)/i;

  test.each(refusedKinds.map(([kind]) => kind))(
    'nothing of "%s" writes or survives',
    async (kind) => {
      const before = [await content(), await surroundings()];
      const fresh = await session();
      expect(fresh).toMatchObject({ kind: 'rows' });
      for (const template of attacks[kind]?.statements ?? []) {
        if (own.test(template)) continue;
        const sql = template.replaceAll('{folder}', folder);
        await connection().run(sql);
        expect(await session(), sql).toEqual(fresh);
        expect(await content(), sql).toBe(before[0]);
        for (const name of ['out', 'dump', 'comment']) expect(existsSync(join(folder, name)), sql).toBe(false);
      }
      expect(await surroundings()).toBe(before[1]);
    },
    240_000,
  );

  test('variables, locks, settings and temporary tables are gone before the next statement', async () => {
    const run = async (sql: string): Promise<unknown> => {
      const { outcome } = await connection().run(sql);
      return outcome.kind === 'rows' ? outcome.rows : outcome;
    };
    expect(await run('SELECT @a := 5')).toEqual([[5]]);
    expect(await run('SELECT @a')).toEqual([[null]]);
    expect(await run("SELECT GET_LOCK('a', 0)")).toEqual([[1]]);
    expect(await run("SELECT IS_USED_LOCK('a')")).toEqual([[null]]);
    await run("SET sql_mode = 'ANSI_QUOTES', max_statement_time = 0, sql_select_limit = 5");
    expect(await run('SELECT "x", @@max_statement_time, @@sql_mode')).toEqual([['x', timeoutMs / 1000, '']]);
    expect(await run('SELECT LAST_INSERT_ID(7)')).toEqual([[7]]);
    expect(await run('SELECT LAST_INSERT_ID()')).toEqual([[0]]);
    await run('SET TRANSACTION READ WRITE');
    expect(await run('SELECT @@tx_read_only')).toEqual([[1]]);
  });

  test('the user of queries sees its own database and no other', async () => {
    const { outcome } = await connection().run('SHOW DATABASES');
    expect(outcome.kind === 'rows' && outcome.rows.flat()).toEqual(['information_schema', schema]);
    for (const sql of [
      'SELECT * FROM mysql.user',
      'SELECT * FROM sys.version',
      'SELECT * FROM queryloop_complete.built',
    ])
      expect((await connection().run(sql)).outcome, sql).toMatchObject({ kind: 'error', code: 'unknown_name' });
  });
});
