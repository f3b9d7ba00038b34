/** A worker as another machine would run it: its own process, working folder and cache; it shares nothing but the services. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { workerEntry } from '@queryloop/worker';

export interface WorkerMachine {
  pid: number;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Starts a worker for all queues in `folder`; resolves when it polls. */
export async function startWorkerMachine(folder: string, environment: NodeJS.ProcessEnv): Promise<WorkerMachine> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const log = openSync(join(folder, 'worker.log'), 'a');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', workerEntry], {
    cwd: folder,
    env: { ...process.env, ...environment, QUERYLOOP_HOME: home, QUERYLOOP_CACHE_DIR: join(folder, 'cache') },
    stdio: ['ignore', log, log, 'ipc'],
  });
  await readiness(child, folder);
  return {
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readiness(child: ChildProcess, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code, signal) =>
      reject(new Error(`the worker ended (${signal ?? code}); see ${join(folder, 'worker.log')}`)),
    );
  });
}
