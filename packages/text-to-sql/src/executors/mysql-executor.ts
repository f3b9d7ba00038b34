/** MariaDB/MySQL executor: a few connections of a SELECT-only user that share a queue of statements. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeReader } from '../databases/build-mariadb.ts';
import {
  connectionError,
  isAccessDenied,
  type MysqlError,
  parseMysqlUrl,
  readerOf,
  type ServerAddress,
} from '../databases/mysql-url.ts';
import {
  type ExecutorLimits,
  executeDistinct,
  failure,
  maxAttempts,
  type Outcome,
  type SqlExecutor,
} from './contract.ts';
import { MysqlConnection } from './mysql-connection.ts';
import { toMysql } from './mysql-dialect.ts';
import { MysqlWatch } from './mysql-watch.ts';
import { guardStatement } from './statement-guard.ts';
import { SqlRefusal, tokenizeSql } from './tokenize-sql.ts';

/** How long a server that has gone may take to come back. */
const restartMs = 30_000;

export class MysqlExecutor implements SqlExecutor {
  private readonly idle: MysqlConnection[];
  private readonly connections: readonly MysqlConnection[];
  private readonly watch: MysqlWatch;
  private waiting: { give: (connection: MysqlConnection) => void; refuse: (error: Error) => void }[] = [];
  private closed = false;

  private constructor(connections: readonly MysqlConnection[], watch: MysqlWatch) {
    this.connections = connections;
    this.watch = watch;
    this.idle = [...connections];
  }

  /**
   * Connects as the database's SELECT-only user; where none could be made, as the given user.
   * @throws UserError when the server is unreachable, or refuses both
   */
  static async open(url: string, schema: string, limits: ExecutorLimits): Promise<MysqlExecutor> {
    const given = parseMysqlUrl(url);
    const address = await firstAdmitted(given, schema, limits);
    const watch = new MysqlWatch(address, limits.timeoutMs);
    return new MysqlExecutor(
      Array.from({ length: limits.poolSize }, () => new MysqlConnection(address, schema, limits, watch)),
      watch,
    );
  }

  async execute(sql: string): Promise<Outcome> {
    let statement: string;
    try {
      statement = toMysql(guardStatement(tokenizeSql(sql)));
    } catch (error) {
      if (error instanceof SqlRefusal) return failure(error.code, error.message);
      throw error;
    }
    const connection = await this.acquire();
    try {
      return await this.run(connection, statement);
    } finally {
      this.release(connection);
    }
  }

  /** A fault leads to another attempt, and so does a timeout while the server stood still: its clock does not stop when it does. */
  private async run(connection: MysqlConnection, statement: string): Promise<Outcome> {
    let faults = 0;
    let doubts = 0;
    for (;;) {
      if (!connection.isOpen) await this.connect(connection);
      try {
        const { outcome, doubtful } = await connection.run(statement);
        if (!doubtful || ++doubts === maxAttempts) return outcome;
      } catch (error) {
        faults += 1;
        if (this.closed) throw new Error('the SQL executor was closed');
        if (faults >= maxAttempts)
          throw new Error(`the database server failed ${maxAttempts} times: ${(error as Error).message}`, {
            cause: error,
          });
        await sleep(100 * 4 ** faults);
      }
    }
  }

  /** Waits for a server that restarts. */
  private async connect(connection: MysqlConnection): Promise<void> {
    const until = performance.now() + restartMs;
    for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 2_000)) {
      if (this.closed) throw new Error('the SQL executor was closed');
      try {
        return await connection.open();
      } catch (error) {
        if (isAccessDenied(error as MysqlError) || performance.now() > until)
          throw new Error(`the database server cannot be reached: ${(error as Error).message}`, { cause: error });
        await sleep(waitMs);
      }
    }
  }

  /** One statement more than there are connections is in hand: it is read while the server runs the others. */
  executeAll(sqls: readonly string[], onOutcome?: () => void): Promise<Outcome[]> {
    return executeDistinct(sqls, (sql) => this.execute(sql), this.connections.length + 1, onOutcome);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { refuse } of this.waiting) refuse(new Error('the SQL executor was closed'));
    this.waiting = [];
    this.watch.close();
    await Promise.all(
      this.connections.map((connection) => (this.idle.includes(connection) ? connection.close() : connection.drop())),
    );
  }

  private acquire(): Promise<MysqlConnection> {
    if (this.closed) return Promise.reject(new Error('the SQL executor is closed'));
    const connection = this.idle.pop();
    if (connection) return Promise.resolve(connection);
    return new Promise((give, refuse) => this.waiting.push({ give, refuse }));
  }

  private release(connection: MysqlConnection): void {
    const next = this.waiting.shift();
    if (next) next.give(connection);
    else this.idle.push(connection);
  }
}

/** The SELECT-only user, made when it is not there; the given user where it may make none. */
async function firstAdmitted(given: ServerAddress, schema: string, limits: ExecutorLimits): Promise<ServerAddress> {
  const reader = readerOf(given, schema);
  let refusal: MysqlError | undefined;
  for (const attempt of [
    () => tryOut(reader),
    () => makeReader(given, schema).then(() => tryOut(reader)),
    () => tryOut(given),
  ]) {
    try {
      return await attempt();
    } catch (error) {
      refusal = error as MysqlError;
      if (!isAccessDenied(refusal)) break;
    }
  }
  throw connectionError(refusal as MysqlError, given);

  async function tryOut(address: ServerAddress): Promise<ServerAddress> {
    const connection = new MysqlConnection(address, schema, limits, new MysqlWatch(address, limits.timeoutMs));
    await connection.open();
    await connection.close();
    return address;
  }
}
