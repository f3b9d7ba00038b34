/** The console beside services that run here or elsewhere. */
import { type ConsoleServer, startConsole } from '../../../infra/console/launch.ts';
import type { Platform } from './platform.ts';
import type { Screen } from './screen.ts';

export interface ConsoleOptions {
  /** Left out: 3000, or any free one when that is taken. */
  port?: number;
  /** Address to listen on; this machine only when left out. */
  host?: string;
}

/** Starts it, building its pages first when they have changed, and lets other commands know where it is. Errors as of `startConsole`. */
export async function serveConsole(
  { address, folders, announce }: Pick<Platform, 'folders' | 'announce'> & { address?: string },
  options: ConsoleOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<ConsoleServer> {
  const server = await startConsole({
    ...options,
    folders,
    ...(address && { temporalAddress: address }),
    signal,
    onBuild: () => screen.line('  building the console’s pages, about a minute, once …'),
    onRestart: (why) => screen.line(`  the console ended (${why}) and was started again`),
  });
  announce({ console: server.url });
  return server;
}
