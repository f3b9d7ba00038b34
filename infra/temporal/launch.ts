/** Starts an embedded Temporal server on a database file of its own, and stops it with the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@queryloop/contracts';
import { findTemporal } from './find-server.mjs';
import { freePort } from './free-port.ts';
import { endLeftover, notePid } from './leftover.ts';

export interface TemporalServer {
  /** host:port of the frontend. */
  address: string;
  /** Ends the server; its database file stays, and a later start goes on with it. */
  stop(): Promise<void>;
}

export interface StartTemporalOptions {
  /** Holds the server's database; one server at a time. */
  folder: string;
  /** Wanted port; another is taken when it is in use. */
  port?: number;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 8_000;

/**
 * Gives a Temporal server: the one at TEMPORAL_ADDRESS when set (never stopped from here), else one of our own on
 * `folder`/temporal.db. Throws UserError when no server program is there or it does not come up.
 */
export async function startTemporal({ folder, port = 7233 }: StartTemporalOptions): Promise<TemporalServer> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) return { address: given, stop: async () => undefined };
  const program = findTemporal();
  if (program === null) {
    throw new UserError({
      message: 'no Temporal server program was found on PATH or in the cache',
      hint: 'Run "npm run setup", or set TEMPORAL_ADDRESS to a running server.',
    });
  }
  mkdirSync(folder, { recursive: true });
  const database = join(resolve(folder), 'temporal.db');
  await endLeftover(folder, database);
  const chosen = await freePort(port);
  const child = spawn(program, serverArguments(database, chosen), {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: a Ctrl-C in the terminal must reach the workers first and the server last.
    detached: true,
  });
  const forgetPid = child.pid === undefined ? () => undefined : notePid(folder, child.pid);
  return superviseStart(child, chosen, forgetPid);
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

async function superviseStart(child: ChildProcess, port: number, forgetPid: () => void): Promise<TemporalServer> {
  let said = '';
  let ended = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const exited = new Promise<void>((resolve) => {
    const done = (): void => {
      ended = true;
      resolve();
    };
    child.once('exit', done);
    child.once('error', (error) => {
      said += error.message;
      done();
    });
  });
  const kill = (): void => {
    if (!ended) child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (!ended) child.kill('SIGTERM');
    await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
    if (!ended) child.kill('SIGKILL');
    await exited;
    forgetPid();
  };

  const deadline = Date.now() + startTimeoutMs;
  while (!ended && Date.now() < deadline) {
    if (await isServing(port)) return { address: `127.0.0.1:${port}`, stop };
    await sleep(100);
  }
  await stop();
  throw new UserError({
    message: `the Temporal server did not start: ${said.trim().split('\n').at(-1) || 'no message'}`,
    hint: 'Is another Temporal server using this folder? Stop it, or set TEMPORAL_ADDRESS to use it.',
  });
}

/** The frontend opens its port only once the server can serve; its namespace exists by then. */
async function isServing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });
}
