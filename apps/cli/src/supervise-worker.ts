/** Keeps one worker process alive: started with this command, started again when it dies or hangs, ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import { workerEntry } from '@queryloop/worker';
import { endLeftover } from '../../../infra/processes/leftover.ts';
import { type SupervisedService, supervise } from '../../../infra/processes/supervise.ts';
import { waitUntilServing } from '../../../infra/temporal/serving.ts';

const stopTimeoutMs = 15_000;
const pingIntervalMs = 5_000;
/** Counted in pings, not in time: a laptop that slept has not heard its worker, which is well all the same. */
const unansweredPings = 4;

/** Hear of a worker that was started again: why, and each time where its metrics are. */
export interface WorkerListener {
  onRestart(why: string): void;
  /** host:port. */
  onMetrics(address: string): void;
}

/** Starts the worker, ending one that a killed command left, and resolves when it polls. */
export async function superviseWorker(
  folders: Folders,
  address: string,
  { onRestart, onMetrics }: WorkerListener,
): Promise<SupervisedService> {
  mkdirSync(folders.logs, { recursive: true });
  const logFile = join(folders.logs, 'worker-process.log');
  const log = openSync(logFile, 'a');
  const pidFile = join(folders.home, 'worker.pid');
  await endLeftover(pidFile);
  const logStart = statSync(logFile).size;
  return await supervise({
    name: 'worker',
    pidFile,
    stopTimeoutMs,
    launch: () =>
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', workerEntry], {
        env: {
          ...process.env,
          TEMPORAL_ADDRESS: address,
          QUERYLOOP_HOME: folders.home,
          QUERYLOOP_CACHE_DIR: folders.cache,
          QUERYLOOP_METRICS: process.env['QUERYLOOP_METRICS'] ?? '127.0.0.1:0',
        },
        stdio: ['ignore', log, log, 'ipc'],
        detached: true,
      }),
    ready: async (child) => {
      const { metrics } = await new Promise<{ metrics?: string | null }>((resolve) =>
        child.once('message', (message: { metrics?: string | null }) => resolve(message)),
      );
      if (metrics) onMetrics(metrics);
      endWhenSilent(child);
    },
    // It says so with this code: the same mistake is there the next time.
    hopeless: (code, wasReady) =>
      code === 2 && !wasReady
        ? new UserError({ message: lastLine(logFile, logStart), hint: `See ${logFile}.` })
        : undefined,
    // Without Temporal a worker ends; it is no fault of its own.
    beforeRestart: () => waitUntilServing(address),
    onRestart,
    advice: `see ${logFile}`,
  });
}

/** Asks a worker again and again whether it is there, and kills it when it has stopped answering (a blocked native call, SIGSTOP). */
function endWhenSilent(child: ChildProcess): void {
  let unanswered = 0;
  child.on('message', () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    if (unanswered >= unansweredPings) child.kill('SIGKILL');
    unanswered += 1;
    if (child.connected) child.send({ kind: 'ping' }, () => undefined);
  }, pingIntervalMs);
  timer.unref();
  child.once('exit', () => clearInterval(timer));
}

function lastLine(file: string, from: number): string {
  const text = readFileSync(file).subarray(from).toString().trim();
  return text.split('\n').at(-1) || 'the worker did not start';
}
