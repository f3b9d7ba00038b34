/** SQLite executor: a pool of child processes that share a queue of statements, sent in batches. */
import { existsSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { type ExecutorLimits, executeDistinct, maxAttempts, type Outcome, type SqlExecutor } from './contract.ts';
import { SqliteProcess } from './sqlite-process.ts';

const batchSize = 64;

interface Job {
  sql: string;
  attempts: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: Error) => void;
}

export class SqliteExecutor implements SqlExecutor {
  private readonly path: string;
  private readonly limits: ExecutorLimits;
  private readonly children = new Set<SqliteProcess>();
  private readonly idle: SqliteProcess[] = [];
  private readonly inFlight = new Set<Job>();
  private queue: Job[] = [];
  private scheduled = false;
  private failedStarts = 0;
  private closed = false;

  private constructor(path: string, limits: ExecutorLimits) {
    this.path = path;
    this.limits = limits;
  }

  /** @throws UserError when the file is missing or not a database */
  static async open(path: string, limits: ExecutorLimits): Promise<SqliteExecutor> {
    if (!existsSync(path))
      throw new UserError({ message: `No database file: ${path}`, hint: 'Prepare the dataset first.' });
    const executor = new SqliteExecutor(path, limits);
    const children = Array.from({ length: limits.poolSize }, () => executor.start());
    try {
      await Promise.all(children.map((child) => child.ready));
    } catch (error) {
      await executor.close();
      throw new UserError({
        message: (error as Error).message,
        hint: 'Delete the file and prepare the dataset again.',
      });
    }
    return executor;
  }

  execute(sql: string): Promise<Outcome> {
    if (this.closed) return Promise.reject(new Error('the SQL executor is closed'));
    return new Promise((resolve, reject) => {
      this.queue.push({ sql, attempts: 0, resolve, reject });
      this.schedule();
    });
  }

  executeAll(sqls: readonly string[], onOutcome?: () => void): Promise<Outcome[]> {
    return executeDistinct(sqls, (sql) => this.execute(sql), sqls.length, onOutcome);
  }

  async close(): Promise<void> {
    this.closed = true;
    const jobs = [...this.queue, ...this.inFlight];
    this.queue = [];
    for (const job of jobs) job.reject(new Error('the SQL executor was closed'));
    const children = [...this.children];
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.exited));
  }

  private start(): SqliteProcess {
    const child = new SqliteProcess(this.path, this.limits);
    this.children.add(child);
    child.ready.then(
      () => {
        this.failedStarts = 0;
        this.idle.push(child);
        this.schedule();
      },
      () => {},
    );
    void child.exited.then(() => this.replace(child));
    return child;
  }

  /** A child that ended is replaced; when children cannot even start, waiting statements are told. */
  private replace(child: SqliteProcess): void {
    this.children.delete(child);
    const place = this.idle.indexOf(child);
    if (place >= 0) this.idle.splice(place, 1);
    if (this.closed) return;
    this.failedStarts += 1;
    if (this.failedStarts <= maxAttempts * this.limits.poolSize) {
      this.start();
      return;
    }
    if (this.children.size > 0) return;
    const jobs = this.queue;
    this.queue = [];
    for (const job of jobs) job.reject(new Error('SQLite child processes do not start any more'));
  }

  /** Statements of one turn of the event loop travel together. */
  private schedule(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      while (this.queue.length > 0) {
        const child = this.idle.pop();
        if (!child) {
          if (this.children.size === 0) this.start();
          return;
        }
        const share = Math.ceil(this.queue.length / (this.idle.length + 1));
        void this.give(child, this.queue.splice(0, Math.min(batchSize, share)));
      }
    });
  }

  private async give(child: SqliteProcess, jobs: Job[]): Promise<void> {
    for (const job of jobs) this.inFlight.add(job);
    const { outcomes, diedAt } = await child.run(jobs.map(({ sql }) => sql));
    const again: Job[] = [];
    for (const [index, job] of jobs.entries()) {
      this.inFlight.delete(job);
      const outcome = outcomes[index];
      if (outcome) job.resolve(outcome);
      else if (index === diedAt && ++job.attempts >= maxAttempts) {
        job.reject(new Error(`the SQLite child process died ${maxAttempts} times on: ${job.sql.slice(0, 200)}`));
      } else again.push(job);
    }
    if (again.length === 0 && diedAt === null && child.alive && !child.dying) this.idle.push(child);
    this.queue.unshift(...again);
    this.schedule();
  }
}
