/** The console as users have it (production build, `next start`) in a folder of its own, on a free port of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersOf } from '@queryloop/contracts/folders';
import { startConsole } from '../../infra/console/launch.ts';
import { startTemporal } from '../../infra/temporal/launch.ts';

export interface ServedConsole {
  /** E.g. http://localhost:40123. */
  url: string;
  /** QUERYLOOP_HOME of the server: store, artifacts, logs. */
  home: string;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Of the server in that home, beside this process's own. */
  environment?(home: string): Record<string, string>;
  /** A Temporal server of its own, without workers. */
  temporal?: boolean;
  /** Fills the folder before the console opens it. */
  prepare?(home: string): Promise<void>;
}

/** Built first (a minute or two) when its sources have changed since the last build. */
export async function serveConsole(options: ServeOptions = {}): Promise<ServedConsole> {
  const home = await mkdtemp(join(tmpdir(), 'queryloop-served-'));
  const undo: (() => unknown)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const environment = options.environment?.(home) ?? {};
  const before = { ...process.env };
  undo.push(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  });
  try {
    await options.prepare?.(home);
    let temporalAddress: string | undefined;
    if (options.temporal) {
      const temporal = await startTemporal({ folder: join(home, 'temporal'), port: 0 });
      undo.push(() => temporal.stop());
      temporalAddress = temporal.address;
    }
    Object.assign(process.env, environment);
    const folders = foldersOf({ ...process.env, QUERYLOOP_HOME: home });
    const server = await startConsole({ folders, port: 0, ...(temporalAddress && { temporalAddress }) });
    undo.push(() => server.stop());
    return { url: server.url, home, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
