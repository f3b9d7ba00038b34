/** One connection of the MariaDB/MySQL pool: runs one statement at a time under the limits and resets the session after each. */
import type { Socket } from 'node:net';
import { type Connection, createConnection } from 'mysql2';
import { connectionOptions, type MysqlError, type ServerAddress } from '../databases/mysql-url.ts';
import { type ExecutorLimits, failure, type Outcome } from './contract.ts';
import { deferred } from './deferred.ts';
import { mysqlErrorCode } from './error-codes.ts';
import { MysqlQuery, resetPackets } from './mysql-query.ts';
import { type SessionSettings, sessionSettings } from './mysql-session.ts';
import type { MysqlWatch, Watched } from './mysql-watch.ts';

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

/** Longest time that a connection and its session may take. */
const openMs = 10_000;

export interface Ran {
  outcome: Outcome;
  /** The statement timed out, but the server itself stood still meanwhile: nothing can be said about the statement. */
  doubtful: boolean;
}

interface Running {
  lose(error: Error): void;
  receive(bytes: number): void;
}

/** The driver's connection with what its types leave out. */
type Line = Connection & { addCommand(command: MysqlQuery): void; write(data: Buffer): void; stream: Socket };

export class MysqlConnection {
  private readonly address: ServerAddress;
  private readonly schema: string;
  private readonly limits: ExecutorLimits;
  private readonly watch: MysqlWatch;
  private connection: Line | null = null;
  private settings: SessionSettings = { before: '', after: null };
  /** Sent after every statement. */
  private reset: Buffer = Buffer.alloc(0);
  /** The statement that was sent last, until the session is reset after it. */
  private running: Running | null = null;
  /** Until the session is as new after that statement. */
  private resetting: Promise<void> | null = null;

  constructor(address: ServerAddress, schema: string, limits: ExecutorLimits, watch: MysqlWatch) {
    this.address = address;
    this.schema = schema;
    this.limits = limits;
    this.watch = watch;
  }

  get isOpen(): boolean {
    return this.connection !== null;
  }

  /** @throws the driver's error when the server cannot be reached or refuses the user */
  async open(): Promise<void> {
    if (this.connection) return;
    const connection = createConnection(connectionOptions(this.address, this.schema)) as Line;
    const lost = (error?: Error): void => {
      if (this.connection === connection) this.drop(error);
    };
    connection.on('error', lost);
    connection.on('end', () => lost());
    connection.stream.on('data', (data: Buffer) => {
      if (this.connection === connection) this.running?.receive(data.length);
    });
    this.connection = connection;
    try {
      await within(openMs, async () => {
        await new Promise<void>((resolve, reject) =>
          connection.connect((error) => (error ? reject(error) : resolve())),
        );
        this.settings = await sessionSettings((sql) => this.ask(sql), this.limits);
        this.reset = resetPackets(this.settings);
      });
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** @throws the driver's error for a fault of the infrastructure; the connection is then gone and the next call opens another */
  async run(sql: string): Promise<Ran> {
    try {
      if (!this.isOpen) await this.open();
      return await this.read(sql);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** What is running is rejected. */
  drop(error = new Error('the connection was closed')): void {
    const { connection, running } = this;
    this.connection = null;
    connection?.destroy();
    running?.lose(error);
  }

  async close(): Promise<void> {
    if (this.resetting) await within(openMs, () => this.resetting).catch(() => {});
    const connection = this.connection;
    this.connection = null;
    if (connection) await new Promise<void>((resolve) => connection.end(() => resolve()));
  }

  private read(sql: string): Promise<Ran> {
    const connection = this.connection as Line;
    const threadId = Number(connection.threadId);
    const { maxBytes, timeoutMs } = this.limits;
    const timeout = failure('timeout', `stopped after ${timeoutMs} ms`);
    return new Promise((resolve, reject) => {
      let settled = false;
      const running: Running = {
        lose: (error) => {
          abandon();
          settle(() => reject(error));
        },
        receive: (bytes) => {
          received += bytes;
          if (received > enough) query.cutHere();
        },
      };
      const done = deferred();
      let patience: NodeJS.Timeout | undefined;
      const reset = (): void => {
        clearTimeout(patience);
        done.resolve();
        if (this.running !== running) return;
        this.running = null;
        this.resetting = null;
      };
      /** Gives up the connection with whatever runs on it, and what was sent behind it. */
      const abandon = (): void => {
        reset();
        if (this.connection !== connection) return;
        this.connection = null;
        // At once: what is still on its way is not even taken in.
        connection.destroy();
        connection.stream.destroy();
        this.running?.lose(new Error('the session was not reset'));
      };
      const settle = (act: (said: { stalledMs: number; killed: boolean }) => void): void => {
        if (settled) return;
        settled = true;
        const said = this.watch.end(watched);
        // The KILL may still be under way: it must not hit the connection's next statement.
        if (said.killed) abandon();
        // A server that is stopped answers nothing, and no error either.
        else if (this.connection === connection)
          patience = setTimeout(() => running.lose(new Error('the server does not reset the session')), openMs);
        act(said);
      };
      const answer = (outcome: Outcome): void =>
        settle(({ stalledMs, killed }) => {
          const timedOut = outcome.kind === 'error' && outcome.code === 'timeout';
          resolve({ outcome, doubtful: timedOut && stalledMs > 0 && !killed });
        });
      const refuse = (error: MysqlError): void => {
        // Only the watch kills statements of this user on purpose.
        if (error.errno === interrupted)
          settle(({ killed }) => (killed ? resolve({ outcome: timeout, doubtful: false }) : reject(error)));
        else if (isFault(error)) settle(() => reject(error));
        else answer(failure(mysqlErrorCode(error.errno), error.message));
      };
      const watched: Watched = {
        threadId,
        onOverdue: () => {
          abandon();
          answer(timeout);
        },
        onStuck: running.lose,
      };
      // More than any result that is kept: names of columns, lengths, and the row that is too much.
      const enough = 8 * maxBytes + 65_536;
      let received = 0;
      const query = new MysqlQuery(sql, this.settings, this.reset, this.limits, {
        onTurn: () => this.watch.begin(watched),
        onOutcome: answer,
        onError: refuse,
        onCut: (byRows) => {
          // sql_select_limit ends the rows here, but an explicit LIMIT beats it, and a row may be giant: stopped rather than read.
          if (byRows && !/\blimit\b/i.test(sql)) return;
          this.watch.kill(threadId);
          abandon();
        },
        onReset: reset,
        onBroken: running.lose,
      });
      this.running = running;
      this.resetting = done.promise;
      query.send(connection);
      connection.addCommand(query);
    });
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
async function within(limitMs: number, work: () => Promise<void> | null): Promise<void> {
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
