/** Keeps one service process alive: started with this process, started again when it dies, ended with all it started. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetProcess, noteProcess, signalGroup } from './leftover.ts';

export interface Service {
  /** As messages call it, e.g. "Temporal server". */
  name: string;
  /** Where its process is noted, so that the next command can end it (endLeftover) when this one is killed. */
  pidFile: string;
  /** Time it has to stop in good order. */
  stopTimeoutMs: number;
  /** Starts it as leader of a process group (`detached`): a Ctrl-C in the terminal is for this process alone, which ends it in turn. */
  launch(): ChildProcess;
  /** Resolves when it serves. */
  ready(child: ChildProcess): Promise<void>;
  /** The error to give up with at once, when the way it ended shows that starting it again would not help. */
  hopeless?(code: number | null, wasReady: boolean): Error | undefined;
  /** Waits until it can be started again. True: it ended because something else was away, which does not count against it. */
  beforeRestart?(): Promise<boolean>;
  /** Hears why it was started again. */
  onRestart(why: string): void;
  /** What the error says in the end, e.g. where to look. */
  advice: string;
}

export interface SupervisedService {
  /** Process id of the present one. */
  readonly pid: number | undefined;
  /** Rejects when it cannot be kept alive. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** A service that dies more often than this within a minute is not started again. */
const restartsPerMinute = 5;
const restartDelayMs = 500;

/** Starts the service and resolves when it serves; rejects when it cannot be kept alive till then. */
export async function supervise(service: Service): Promise<SupervisedService> {
  const { name, pidFile } = service;
  const ends: number[] = [];
  let child: ChildProcess | undefined;
  let stopping = false;
  let wasReady = false;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  let serve: () => void = () => undefined;
  const served = new Promise<void>((resolve) => {
    serve = resolve;
  });

  const launch = (): void => {
    const own = (child = service.launch());
    if (own.pid !== undefined) noteProcess(pidFile, own.pid);
    const exited = new Promise<[number | null, string]>((resolve) => {
      own.once('exit', (code, signal) => resolve([code, signal ?? `exit code ${code}`]));
      own.once('error', (error) => resolve([null, error.message]));
    });
    void Promise.race([service.ready(own), exited.then(() => Promise.reject(new Error('ended')))]).then(
      () => {
        wasReady = true;
        serve();
      },
      () => undefined,
    );
    void exited.then(([code, why]) => restart(own, code, why)).catch(fail);
  };

  const restart = async (ended: ChildProcess, code: number | null, why: string): Promise<void> => {
    // What it had started goes with it, so that the next one finds nobody at work.
    if (ended.pid !== undefined) signalGroup(ended.pid, 'SIGKILL');
    if (stopping) return;
    const hopeless = service.hopeless?.(code, wasReady);
    if (hopeless) throw hopeless;
    await sleep(restartDelayMs);
    const excused = (await service.beforeRestart?.()) ?? false;
    if (stopping) return;
    const now = Date.now();
    if (!excused) ends.push(now);
    const recent = ends.filter((at) => now - at < 60_000).length;
    if (recent > restartsPerMinute)
      throw new Error(`the ${name} ended ${recent} times within a minute (${why}); ${service.advice}`);
    service.onRestart(why);
    launch();
  };

  const kill = (): void => {
    if (child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    const last = child;
    if (last !== undefined && last.exitCode === null && last.signalCode === null && last.pid !== undefined) {
      const ended = new Promise<void>((resolve) => last.once('exit', () => resolve()));
      last.kill('SIGTERM');
      await Promise.race([ended, sleep(service.stopTimeoutMs, undefined, { ref: false })]);
      kill();
      await ended;
    }
    process.removeListener('exit', kill);
    kill();
    forgetProcess(pidFile);
  };

  process.once('exit', kill);
  try {
    launch();
    await Promise.race([served, failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get pid() {
      return child?.pid;
    },
    failed,
    stop,
  };
}
