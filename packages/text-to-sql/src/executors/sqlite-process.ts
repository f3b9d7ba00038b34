/** One child process of the SQLite pool: starts it, gives it batches, watches time and memory, and kills it when it runs away. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExecutorLimits, failure, type Outcome } from './contract.ts';
import { deferred } from './deferred.ts';
import { processorMs, residentMb } from './process-usage.ts';
import type { ChildReply, ChildRequest, ChildSettings } from './sqlite-child.ts';
import { statementClock } from './statement-clock.ts';

const childFile = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url));
const tickMs = 10;
const startMs = 20_000;
/** A child that makes no progress for this long is stuck: stopped, or waiting for a disk that is gone. */
const stuckMs = 5_000;

export interface BatchResult {
  /** One place per statement; undefined where the statement must run (again) in a fresh child. */
  outcomes: (Outcome | undefined)[];
  /** Place of the statement that was running when the child died of itself: a fault of the infrastructure. */
  diedAt: number | null;
}

interface Batch {
  first: number;
  outcomes: (Outcome | undefined)[];
  received: number;
  settle: (diedAt: number | null) => void;
}

export class SqliteProcess {
  private readonly limits: ExecutorLimits;
  private readonly child: ChildProcess;
  private readonly markFile: number;
  private sent = 0;
  private batch: Batch | null = null;
  /** Resolves when the child has opened the database; rejects when it cannot. */
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  alive = true;
  /** Killed, though its end may not have been seen yet. */
  dying = false;
  /** Starting takes some processor time: where none is told of, /proc tells of none. */
  private tellsProcessorTime = false;

  constructor(path: string, limits: ExecutorLimits) {
    this.limits = limits;
    const markPath = join(tmpdir(), `queryloop-sql-${randomUUID()}`);
    this.markFile = openSync(markPath, 'w+');
    const { maxRows, maxBytes } = limits;
    const settings: ChildSettings = { parent: process.pid, path, maxRows, maxBytes };
    this.child = fork(childFile, [JSON.stringify(settings)], {
      execArgv: ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', this.markFile],
      // Next's types want NODE_ENV in every environment.
      env: { PATH: process.env.PATH } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    });
    // The open descriptors keep the file; nothing is left behind, however this process ends.
    unlinkSync(markPath);
    const start = deferred();
    const end = deferred();
    this.ready = start.promise;
    this.exited = end.promise;
    this.ready.catch(() => {});
    const giveUp = setTimeout(() => this.kill(), startMs);
    this.child.on('message', (reply: ChildReply) => {
      if ('ready' in reply) {
        this.hold(false);
        this.tellsProcessorTime = (processorMs(this.child.pid ?? 0) ?? 0) > 0;
        start.resolve();
      } else if ('broken' in reply) start.reject(new Error(`SQLite cannot open ${path}: ${reply.broken}`));
      else this.receive(reply.outcomes);
      clearTimeout(giveUp);
    });
    const ended = (reason: string, aborted: boolean): void => {
      clearTimeout(giveUp);
      if (!this.alive) return;
      this.endBatch(aborted);
      this.alive = false;
      closeSync(this.markFile);
      start.reject(new Error(`the SQLite child process ended: ${reason}`));
      end.resolve();
    };
    this.child.on('error', (error) => ended(error.message, false));
    this.child.on('exit', (code, signal) => ended(String(signal ?? code), signal === 'SIGABRT' || code === 134));
  }

  /** Runs a batch; one at a time. Unless every outcome is there afterwards, the child is dead or dying. */
  run(sqls: string[]): Promise<BatchResult> {
    const first = this.sent + 1;
    this.sent += sqls.length;
    return new Promise((resolve) => {
      const outcomes = new Array<Outcome | undefined>(sqls.length).fill(undefined);
      const watch = this.watch(first);
      const settle = (diedAt: number | null): void => {
        clearInterval(watch);
        this.batch = null;
        // The end of a killed child is waited for: its replacement has the rest of the queue to do.
        this.hold(this.dying);
        resolve({ outcomes, diedAt });
      };
      this.batch = { first, outcomes, received: 0, settle };
      this.hold(true);
      if (!this.alive) return settle(0);
      const request: ChildRequest = { first, sqls };
      // A send that fails is followed by the child's exit, which settles the batch.
      this.child.send(request, () => {});
    });
  }

  /** An idle child does not keep this process from ending. */
  private hold(busy: boolean): void {
    this.child[busy ? 'ref' : 'unref']();
    this.child.channel?.[busy ? 'ref' : 'unref']();
  }

  kill(): void {
    this.dying = true;
    this.hold(true);
    this.child.kill('SIGKILL');
  }

  private receive(outcomes: Outcome[]): void {
    const batch = this.batch;
    if (!batch) return;
    for (const outcome of outcomes) batch.outcomes[batch.received++] = outcome;
    if (batch.received === batch.outcomes.length) batch.settle(null);
  }

  /** Looks at the child while a batch is out. What comes of a statement is never decided by how busy the machine is. */
  private watch(first: number): NodeJS.Timeout {
    const { timeoutMs, maxMemoryMb } = this.limits;
    const clock = statementClock({ timeoutMs, stuckMs });
    const pid = this.child.pid ?? 0;
    return setInterval(() => {
      const mark = this.readMark();
      // Before the first statement has begun and after the last one, the child may be stuck, but no statement runs.
      const statement = mark >= first ? mark : 0;
      const verdict = clock({
        statement,
        processorMs: this.tellsProcessorTime ? processorMs(pid) : null,
        nowMs: performance.now(),
      });
      if (verdict === 'timeout') this.stop(statement, failure('timeout', `stopped after ${timeoutMs} ms`));
      else if (verdict === 'stuck') this.giveUp();
      else if (verdict === 'goes on' && statement > 0 && residentMb(pid) > maxMemoryMb)
        this.stop(statement, failure('out_of_memory', `stopped at ${maxMemoryMb} MB`));
    }, tickMs);
  }

  /** Kills the child because of `statement`. Outcomes that had not left the child are run again by the pool. */
  private stop(statement: number, outcome: Outcome): void {
    this.kill();
    if (!this.batch) return;
    this.batch.outcomes[statement - this.batch.first] = outcome;
    this.batch.settle(null);
  }

  /** Kills a child that is stuck: a fault of the infrastructure, charged to nobody but the attempts of the statement it was at. */
  private giveUp(): void {
    this.kill();
    this.endBatch(false);
  }

  private endBatch(aborted: boolean): void {
    const batch = this.batch;
    if (!batch) return;
    const running = this.readMark() - batch.first;
    const position = Math.max(batch.received, running);
    // V8 aborts when its heap is full: that is the doing of the statement that runs, if one does.
    const fullHeap = aborted && running >= batch.received;
    if (fullHeap) batch.outcomes[position] = failure('out_of_memory', 'the result needs too much memory');
    batch.settle(fullHeap ? null : position);
  }

  private readMark(): number {
    const bytes = Buffer.alloc(4);
    return this.alive && readSync(this.markFile, bytes, 0, 4, 0) === 4 ? bytes.readUInt32LE() : 0;
  }
}
