/** Runs an embedded Temporal server on a database file of its own: started again when it dies, stopped with the process that started it. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@queryloop/contracts';
import { endLeftover } from '../processes/leftover.ts';
import { type SupervisedService, supervise } from '../processes/supervise.ts';
import { findTemporal } from './find-server.mjs';
import { freePort } from './free-port.ts';
import { isServing } from './serving.ts';

export interface TemporalServer {
  /** host:port of the frontend; stays when the server is started again. */
  address: string;
  /** Rejects when the server cannot be kept alive. */
  failed: Promise<never>;
  /** Ends the server; its database file stays, and a later start goes on with it. */
  stop(): Promise<void>;
}

export interface StartTemporalOptions {
  /** Holds the server's database; one server at a time. */
  folder: string;
  /** Wanted port; another is taken when it is in use. */
  port?: number;
  /** Hears why the server was started again. */
  onRestart?(why: string): void;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 8_000;

/**
 * Gives a Temporal server: the one at TEMPORAL_ADDRESS when set (never stopped from here), else one of our own on
 * `folder`/temporal.db. Throws UserError when no server program is there or it does not come up.
 */
export async function startTemporal({
  folder,
  port = 7233,
  onRestart = () => undefined,
}: StartTemporalOptions): Promise<TemporalServer> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) return { address: given, failed: new Promise(() => undefined), stop: async () => undefined };
  const program = findTemporal();
  if (program === null) {
    throw new UserError({
      message: 'no Temporal server program was found on PATH or in the cache',
      hint: 'Run "npm run setup", or set TEMPORAL_ADDRESS to a running server.',
    });
  }
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, 'server.pid');
  await endLeftover(pidFile, stopTimeoutMs);
  const chosen = await freePort(port);
  const address = `127.0.0.1:${chosen}`;
  const { failed, stop } = await superviseServer({ program, folder, pidFile, port: chosen, onRestart });
  return { address, failed, stop };
}

function superviseServer({
  program,
  folder,
  pidFile,
  port,
  onRestart,
}: {
  program: string;
  folder: string;
  pidFile: string;
  port: number;
  onRestart(why: string): void;
}): Promise<SupervisedService> {
  const database = join(resolve(folder), 'temporal.db');
  let said = '';
  return supervise({
    name: 'Temporal server',
    pidFile,
    stopTimeoutMs,
    launch: () => {
      const child = spawn(program, serverArguments(database, port), {
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-2000);
      });
      return child;
    },
    ready: async (child) => {
      for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(100)) {
        if (child.exitCode !== null || child.signalCode !== null) break;
        if (await isServing(`127.0.0.1:${port}`)) return;
      }
      child.kill('SIGKILL');
      throw new Error('did not open its port');
    },
    hopeless: (_code, wasReady) => {
      if (wasReady) return undefined;
      return new UserError({
        message: `the Temporal server did not start: ${said.trim().split('\n').at(-1) || 'no message'}`,
        hint: 'Is another Temporal server using this folder? Stop it, or set TEMPORAL_ADDRESS to use it.',
      });
    },
    onRestart,
    advice: `its database is ${database}`,
  });
}

function serverArguments(database: string, port: number): string[] {
  const pragmas = ['journal_mode=wal', 'synchronous=normal'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
  const listen = ['--ip', '127.0.0.1', '--port', String(port)];
  return [
    'server',
    'start-dev',
    '--headless',
    '--log-level',
    'error',
    ...listen,
    '--db-filename',
    database,
    ...pragmas,
  ];
}
