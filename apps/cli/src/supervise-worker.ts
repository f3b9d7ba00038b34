/** Keeps one worker process alive: started with this command, started again when it dies, ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from '@queryloop/contracts/folders';
import { workerEntry } from '@queryloop/worker';
import { RunFailed } from './exit-code.ts';

export interface SupervisedWorker {
  /** Process id of the present worker. */
  readonly pid: number | undefined;
  /** Rejects when the worker cannot be kept alive. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** A worker that dies this often within a minute is not started again. */
const restartsPerMinute = 5;
const stopTimeoutMs = 15_000;

/** Starts the worker and resolves when it polls. `onRestart` hears why it was started again. */
export async function superviseWorker(
  folders: Folders,
  address: string,
  onRestart: (why: string) => void,
): Promise<SupervisedWorker> {
  mkdirSync(folders.logs, { recursive: true });
  const logFile = join(folders.logs, 'worker-process.log');
  const log = openSync(logFile, 'a');
  const restarts: number[] = [];
  let stopping = false;
  let child: ChildProcess;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  const launch = (onReady: () => void): void => {
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', workerEntry], {
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: address,
        QUERYLOOP_HOME: folders.home,
        QUERYLOOP_CACHE_DIR: folders.cache,
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
    child.on('message', onReady);
    child.on('exit', (code, signal) => {
      if (stopping) return;
      const why = signal ?? `exit code ${code}`;
      const now = Date.now();
      restarts.push(now);
      const recent = restarts.filter((at) => now - at < 60_000).length;
      if (recent > restartsPerMinute) {
        fail(new RunFailed(`the worker ended ${recent} times within a minute (${why}); see ${logFile}`));
        return;
      }
      onRestart(why);
      setTimeout(() => !stopping && launch(onReady), 500);
    });
  };

  await Promise.race([new Promise<void>((resolve) => launch(resolve)), failed]);
  return {
    get pid() {
      return child.pid;
    },
    failed,
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
}
