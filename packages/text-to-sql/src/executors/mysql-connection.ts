/** One connection of the MariaDB/MySQL pool: sets its session up, runs one statement at a time under the limits, cleans up after errors. */
import { type Connection, createConnection, type FieldPacket, type Query } from 'mysql2';
import { connectionOptions, type MysqlError, type ServerAddress } from '../databases/mysql-url.ts';
import { type ErrorCode, type ExecutorLimits, failure, type Outcome } from './contract.ts';

const codes: Record<number, ErrorCode> = {
  1064: 'syntax',
  1149: 'syntax',
  1065: 'syntax',
  1054: 'unknown_name',
  1146: 'unknown_name',
  1305: 'unknown_name',
  1109: 'unknown_name',
  1049: 'unknown_name',
  1051: 'unknown_name',
  1630: 'unknown_name',
  1128: 'unknown_name',
  // Names outside the database: this user cannot tell them from names that do not exist.
  1142: 'unknown_name',
  1143: 'unknown_name',
  1044: 'unknown_name',
  1370: 'unknown_name',
  1969: 'timeout',
  3024: 'timeout',
  1037: 'out_of_memory',
  1038: 'out_of_memory',
  1041: 'out_of_memory',
  1114: 'out_of_memory',
  1301: 'out_of_memory',
};

/** Errors of the server or the line, or a KILL by somebody else: not of the statement's making. */
const faults = new Set([
  1040, 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1203, 1226, 1317, 1927, 2006, 2013, 3169, 4031,
]);

const isFault = (error: MysqlError): boolean =>
  error.fatal === true ||
  error.errno === undefined ||
  faults.has(error.errno) ||
  (error.errno < 1000 && error.errno !== 0);

/** What a statement says that was stopped by KILL QUERY. */
const interrupted = 1317;

/** How long past the server's own limit a statement may go before it is killed from outside. */
const graceMs = 150;

/** Time is counted in turns of the event loop: while this process is busy or stopped itself, no statement gets older. */
const tickMs = 50;

/** Longest time that a connection and its session may take. */
const openMs = 10_000;

export class MysqlConnection {
  private readonly address: ServerAddress;
  private readonly schema: string;
  private readonly limits: ExecutorLimits;
  private connection: Connection | null = null;
  /** Rejects the statement that is running, when the line breaks under it. */
  private lose: ((error: Error) => void) | null = null;

  constructor(address: ServerAddress, schema: string, limits: ExecutorLimits) {
    this.address = address;
    this.schema = schema;
    this.limits = limits;
  }

  /** @throws the driver's error when the server cannot be reached or refuses the user */
  async open(): Promise<void> {
    if (this.connection) return;
    const connection = createConnection(connectionOptions(this.address, this.schema));
    const lost = (error?: Error): void => {
      if (this.connection !== connection) return;
      this.drop();
      this.lose?.(error ?? new Error('the connection was closed'));
    };
    connection.on('error', lost);
    connection.on('end', () => lost());
    this.connection = connection;
    try {
      await within(openMs, async () => {
        await new Promise<void>((resolve, reject) =>
          connection.connect((error) => (error ? reject(error) : resolve())),
        );
        await this.prepareSession();
      });
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** @throws the driver's error for a fault of the infrastructure; the connection is then gone and the next call opens another */
  async run(sql: string): Promise<Outcome> {
    await this.open();
    try {
      const outcome = await this.read(sql);
      // A statement that failed or was cut may have left something behind in the session.
      if (this.connection && outcome.kind === 'error' && outcome.code !== 'syntax' && outcome.code !== 'unknown_name')
        await within(openMs, () => this.resetSession());
      return outcome;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  drop(): void {
    const connection = this.connection;
    this.connection = null;
    connection?.destroy();
  }

  async close(): Promise<void> {
    const connection = this.connection;
    this.connection = null;
    if (connection) await new Promise<void>((resolve) => connection.end(() => resolve()));
  }

  private read(sql: string): Promise<Outcome> {
    const connection = this.connection as Connection;
    const { maxRows, maxBytes, timeoutMs } = this.limits;
    return new Promise((resolve, reject) => {
      let columns: string[] = [];
      const rows: (string | number | null)[][] = [];
      let bytes = 0;
      let settled = false;
      let killed = false;
      const settle = (act: () => void): void => {
        if (settled) return;
        settled = true;
        clearInterval(timer);
        this.lose = null;
        // The KILL may still be under way: it must not hit the connection's next statement.
        if (killed) this.drop();
        act();
      };
      this.lose = (error) => settle(() => reject(error));
      let waitedMs = 0;
      const timer = setInterval(() => {
        waitedMs += tickMs;
        if (waitedMs <= timeoutMs + graceMs) return;
        clearInterval(timer);
        killed = true;
        // A server that does not even stop the statement is a fault; the one that stops it ends the query below.
        this.killQuery(connection).catch((error: Error) => settle(() => reject(error)));
        setTimeout(() => settle(() => reject(new Error('the server does not stop a statement'))), 5_000).unref();
      }, tickMs);
      const query: Query = connection.query({ sql, rowsAsArray: true });
      query
        .on('fields', (fields: FieldPacket[]) => {
          columns = fields.map(({ name }) => name);
        })
        .on('result', (raw: unknown) => {
          if (settled) return;
          const row = (raw as unknown[]).map(toCell);
          for (const cell of row) bytes += typeof cell === 'string' ? cell.length : 8;
          if (rows.length < maxRows && bytes <= maxBytes) {
            rows.push(row);
            return;
          }
          settle(() => resolve({ kind: 'rows', columns, rows, truncated: true }));
          // An explicit LIMIT beats sql_select_limit: rather than read millions of rows to their end, start afresh.
          if (rows.length < maxRows || /\blimit\b/i.test(sql)) {
            this.killQuery(connection).catch(() => {});
            this.drop();
          }
        })
        .on('error', (error: MysqlError) =>
          settle(() => {
            if (killed && error.errno === interrupted) resolve(failure('timeout', `stopped after ${timeoutMs} ms`));
            else if (isFault(error)) reject(error);
            else resolve(failure(codes[error.errno ?? 0] ?? 'other', error.message));
          }),
        )
        // Also when a KILL came too late: the server, which has a limit of its own, let the statement come to its end.
        .on('end', () => settle(() => resolve({ kind: 'rows', columns, rows, truncated: false })));
    });
  }

  /** Stops what the connection runs, from another connection of the same user. @throws the driver's error */
  private async killQuery(connection: Connection): Promise<void> {
    const killer = createConnection(connectionOptions(this.address));
    try {
      await new Promise<void>((resolve, reject) => {
        killer.on('error', reject);
        killer.query(`KILL QUERY ${Number(connection.threadId)}`, (error) =>
          error ? reject(error as unknown as Error) : resolve(),
        );
      });
    } finally {
      killer.destroy();
    }
  }

  private async resetSession(): Promise<void> {
    const connection = this.connection as Connection;
    await new Promise<void>((resolve, reject) =>
      connection.changeUser({}, (error) => (error ? reject(error as unknown as Error) : resolve())),
    );
    await this.prepareSession();
  }

  /** MySQL's default reading of SQL: "x" is a string, || is OR, loose GROUP BY; limits of the server set below ours. */
  private async prepareSession(): Promise<void> {
    const { timeoutMs, maxRows } = this.limits;
    const [row] = await this.ask('SELECT VERSION(), @@collation_database');
    const [version, collation] = row as unknown as [string, string];
    const mariadb = /mariadb/i.test(version);
    const timeLimit = mariadb
      ? `max_statement_time = ${timeoutMs / 1000}`
      : `max_execution_time = ${Math.max(1, Math.round(timeoutMs))}`;
    await this.ask(
      `SET SESSION sql_mode = '', ${timeLimit}, sql_select_limit = ${maxRows + 1}, group_concat_max_len = ${Math.max(1024, this.limits.maxBytes)}, ` +
        `${mariadb ? 'max_recursive_iterations = 4294967295' : 'cte_max_recursion_depth = 4294967295'}, ` +
        `collation_connection = ${/^\w+$/.test(collation) ? collation : 'utf8mb4_general_ci'}`,
    );
    await this.ask('SET SESSION TRANSACTION READ ONLY');
  }

  private ask(sql: string): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      (this.connection as Connection).query({ sql, rowsAsArray: true }, (error, rows) =>
        error ? reject(error as Error) : resolve(rows as unknown[][]),
      );
    });
  }
}

/** @throws Error when `work` takes longer: a server that is stopped answers nothing, and no error either */
async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the server did not answer within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function toCell(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : JSON.stringify(value);
}
