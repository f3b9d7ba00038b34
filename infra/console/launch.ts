/** Serves the console: built when needed, started again when it dies, stopped with the process that started it. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import { endLeftover } from '../processes/leftover.ts';
import { supervise } from '../processes/supervise.ts';
import { freePort } from '../temporal/free-port.ts';
import { isOpen } from '../temporal/serving.ts';
import { buildConsole, consoleFolder, nextProgram } from './build.ts';

export interface ConsoleServer {
  /** E.g. http://localhost:3000. */
  url: string;
  /** Rejects when it cannot be kept alive. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

export interface StartConsoleOptions {
  folders: Folders;
  /** Left out: 3000, or any free one when that is taken. */
  port?: number;
  /** Address to listen on. */
  host?: string;
  /** Where the workflows are; left out, what the folder's lock announces. */
  temporalAddress?: string;
  /** Hears that the pages are being built (once after a change). */
  onBuild?(): void;
  onRestart?(why: string): void;
  /** Breaks a build off. */
  signal?: AbortSignal;
}

const usualPort = 3000;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;
const loopback = ['127.0.0.1', '::1', 'localhost'];

/** Throws UserError for a port that is taken, and for an address that others can reach while nobody has to sign in. */
export async function startConsole(options: StartConsoleOptions): Promise<ConsoleServer> {
  const { folders, host = '127.0.0.1', onRestart = () => undefined } = options;
  if (!loopback.includes(host) && !process.env['QUERYLOOP_AUTH']) {
    throw new UserError({
      message: `--host ${host}: others could reach the console, and nobody would have to sign in`,
      field: '--host',
      hint: 'Set QUERYLOOP_AUTH (docs/console.md), or leave --host out to serve this machine only.',
    });
  }
  const port = await requirePort(options.port);
  mkdirSync(folders.logs, { recursive: true });
  const logFile = join(folders.logs, 'console.log');
  const log = openSync(logFile, 'a');
  const pidFile = join(folders.home, 'console.pid');
  await endLeftover(pidFile);
  const build = await buildConsole({ onBuild: options.onBuild, signal: options.signal });
  const reached = `${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const { failed, stop } = await supervise({
    name: 'console',
    pidFile,
    stopTimeoutMs,
    launch: () =>
      spawn(process.execPath, [nextProgram, 'start', '-H', host, '-p', String(port)], {
        cwd: consoleFolder,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          // Views of hundreds of runs name them in their address.
          NODE_OPTIONS: '--disable-warning=ExperimentalWarning --max-http-header-size=131072',
          NEXT_TELEMETRY_DISABLED: '1',
          QUERYLOOP_CONSOLE_BUILD: build,
          QUERYLOOP_HOME: folders.home,
          QUERYLOOP_CACHE_DIR: folders.cache,
          ...(options.temporalAddress && { TEMPORAL_ADDRESS: options.temporalAddress }),
        },
        stdio: ['ignore', log, log],
        detached: true,
      }),
    ready: async (child) => {
      for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(100)) {
        if (child.exitCode !== null || child.signalCode !== null) break;
        if (await isOpen(reached)) return;
      }
      child.kill('SIGKILL');
      throw new Error('did not open its port');
    },
    onRestart,
    advice: `see ${logFile}`,
  });
  const name = loopback.includes(host) || host === '0.0.0.0' ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return { url: `http://${name}:${port}`, failed, stop };
}

async function requirePort(wanted: number | undefined): Promise<number> {
  const port = await freePort(wanted ?? usualPort);
  if (!wanted || port === wanted) return port;
  throw new UserError({
    message: `--port ${wanted}: another program listens there`,
    field: '--port',
    hint: `Stop it, or choose another: --port ${port} is free.`,
  });
}
