/**
 * Watches the statements that run on a server: how long they take, whether the server itself stands still meanwhile, and when to
 * stop them from outside. The connection that kills also tells whether the server answers at all: a server that is stopped or
 * restarts is not a statement's fault.
 */
import { type Connection, createConnection } from 'mysql2';
import { connectionOptions, type ServerAddress } from '../databases/mysql-url.ts';

const tickMs = 20;
/** Longest time between two looks that counts: while this process is busy or stopped itself, no statement gets older. */
const longestLookMs = 60;
/** How long past the server's own limit a statement may go before it is killed from outside. */
const graceMs = 40;
/** Some things a server does not interrupt: after the KILL it has this long before the statement is answered for. */
const stopMs = 60;
/** A server that does not answer a ping for this long stands still. */
const silenceMs = 100;
/** Statements that are over sooner are not worth a ping. */
const quickMs = 60;
/** A server that stands still is given up after this long, and the statement tried again. */
const stuckMs = 5_000;

export interface Watched {
  threadId: number;
  /** The statement does not end though the server answers: it is over its limit. */
  onOverdue(): void;
  /** The server neither ends the statement nor answers: a fault. */
  onStuck(error: Error): void;
}

interface Running extends Watched {
  waitedMs: number;
  /** Part of it in which the server stood still. */
  stalledMs: number;
  killed: boolean;
}

export class MysqlWatch {
  private readonly address: ServerAddress;
  private readonly timeoutMs: number;
  private readonly running = new Map<Watched, Running>();
  private timer: NodeJS.Timeout | null = null;
  private lookedMs = 0;
  private connection: Connection | null = null;
  /** How long the ping that is out has been unanswered. */
  private silentMs = 0;
  private pinging = false;

  constructor(address: ServerAddress, timeoutMs: number) {
    this.address = address;
    this.timeoutMs = timeoutMs;
  }

  begin(statement: Watched): void {
    this.running.set(statement, { ...statement, waitedMs: 0, stalledMs: 0, killed: false });
    if (this.timer) return;
    this.lookedMs = performance.now();
    this.timer = setInterval(() => this.look(), tickMs);
  }

  /** @returns for how long the server stood still meanwhile, and whether the statement was told to stop */
  end(statement: Watched): { stalledMs: number; killed: boolean } {
    const { stalledMs = 0, killed = false } = this.running.get(statement) ?? {};
    this.running.delete(statement);
    return { stalledMs, killed };
  }

  /** Stops what a connection runs. Errors do not matter: the connection is dropped, and its statement ends with it. */
  kill(threadId: number): void {
    this.open().query(`KILL QUERY ${Number(threadId)}`, () => {});
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.drop();
  }

  private look(): void {
    if (this.running.size === 0) {
      if (this.timer) clearInterval(this.timer);
      this.timer = null;
      return;
    }
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.lookedMs, longestLookMs);
    this.lookedMs = nowMs;
    if (this.pinging) this.silentMs += passedMs;
    const stalls = this.pinging && this.silentMs > silenceMs;
    let slow = false;
    for (const statement of this.running.values()) {
      statement.waitedMs += passedMs;
      if (stalls) statement.stalledMs += passedMs;
      slow ||= statement.waitedMs > quickMs;
      const overMs = statement.waitedMs - statement.stalledMs - this.timeoutMs;
      if (overMs > graceMs && !statement.killed) {
        statement.killed = true;
        this.kill(statement.threadId);
      }
      if (statement.waitedMs > this.timeoutMs + stuckMs)
        statement.onStuck(new Error('the server does not stop a statement'));
      else if (overMs > graceMs + stopMs && !stalls) statement.onOverdue();
    }
    if (slow && !this.pinging) this.ping();
  }

  private ping(): void {
    this.pinging = true;
    this.silentMs = 0;
    const connection = this.open();
    connection.ping((error) => {
      if (error) this.drop();
      else if (connection === this.connection) this.pinging = false;
    });
  }

  private open(): Connection {
    if (this.connection) return this.connection;
    const connection = createConnection(connectionOptions(this.address));
    const lost = (): void => {
      if (this.connection === connection) this.drop();
    };
    connection.on('error', lost);
    connection.on('end', lost);
    this.connection = connection;
    return connection;
  }

  private drop(): void {
    const connection = this.connection;
    this.connection = null;
    this.pinging = false;
    connection?.destroy();
  }
}
