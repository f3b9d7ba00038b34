/** The drivers without Queryloop around them: no child processes, guard, limits or typed outcomes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { connectionOptions, parseMysqlUrl, readerOf } from '../../../packages/text-to-sql/src/databases/mysql-url.ts';
import { toMysql } from '../../../packages/text-to-sql/src/executors/mysql-dialect.ts';
import { registerMysqlFunctions } from '../../../packages/text-to-sql/src/executors/mysql-functions.ts';
import { toSqlite } from '../../../packages/text-to-sql/src/executors/sqlite-dialect.ts';
import { guardStatement } from '../../../packages/text-to-sql/src/executors/statement-guard.ts';
import { tokenizeSql } from '../../../packages/text-to-sql/src/executors/tokenize-sql.ts';

// The very drivers that the executors use: the root may hold other versions of them.
const driver = createRequire(new URL('../../../packages/text-to-sql/package.json', import.meta.url));

type SqliteDatabase = Parameters<typeof registerMysqlFunctions>[0];

interface MysqlConnection {
  query(query: string | { sql: string; rowsAsArray: boolean }): Promise<unknown>;
  end(): Promise<void>;
}

export interface BareDriver {
  /** Runs prepared texts to their last row. */
  runAll(statements: readonly string[]): Promise<void>;
  /** A statement as this database reads it: translated beforehand, since that is the executor's work. */
  translate(sql: string): string;
  close(): Promise<void>;
}

/** better-sqlite3 in this process: one statement after another. */
export function bareSqlite(path: string): BareDriver {
  const Database = driver('better-sqlite3') as new (file: string, options: object) => SqliteDatabase;
  const database = new Database(path, { readonly: true });
  registerMysqlFunctions(database);
  return {
    translate: translateForSqlite,
    runAll: async (statements) => {
      for (const sql of statements) database.prepare(sql).raw().all();
    },
    close: async () => {
      database.close();
    },
  };
}

/** better-sqlite3 in as many processes as the executor has, each given its share in one message and sending all rows back in one. */
export async function bareSqlitePool(path: string, processes: number): Promise<BareDriver> {
  const child = fileURLToPath(new URL('./bare-sqlite-child.ts', import.meta.url));
  const pool = Array.from({ length: processes }, () =>
    fork(child, [path], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  );
  await Promise.all(pool.map((each) => once(each, 'message')));
  return {
    translate: translateForSqlite,
    runAll: async (statements) => {
      const share = Math.ceil(statements.length / pool.length);
      await Promise.all(
        pool.map((each, index) => {
          each.send(statements.slice(index * share, (index + 1) * share));
          return once(each, 'message');
        }),
      );
    },
    close: async () => {
      for (const each of pool) each.kill();
      await Promise.all(pool.map((each) => once(each, 'exit')));
    },
  };
}

const translateForSqlite = (sql: string): string => toSqlite(guardStatement(tokenizeSql(sql)));

/** mysql2 as the executor's SELECT-only user, over as many connections as the executor has. */
export async function bareMysql(url: string, schema: string, connections: number): Promise<BareDriver> {
  const { createConnection } = driver('mysql2/promise') as {
    createConnection(options: object): Promise<MysqlConnection>;
  };
  const options = connectionOptions(readerOf(parseMysqlUrl(url), schema), schema);
  const pool = await Promise.all(Array.from({ length: connections }, () => createConnection(options)));
  for (const connection of pool) await connection.query("SET SESSION sql_mode = ''");
  return {
    translate: (sql) => toMysql(guardStatement(tokenizeSql(sql))),
    runAll: async (statements) => {
      let next = 0;
      const drain = async (connection: MysqlConnection): Promise<void> => {
        for (let sql = statements[next++]; sql !== undefined; sql = statements[next++])
          await connection.query({ sql, rowsAsArray: true });
      };
      await Promise.all(pool.map(drain));
    },
    close: async () => {
      await Promise.all(pool.map((connection) => connection.end()));
    },
  };
}
