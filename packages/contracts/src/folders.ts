/** Where things are kept: what lasts in the working folder, caches under the user's cache folder. For processes, not workflows. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Folders {
  /** Everything the embedded default writes: store, artifacts, logs. */
  home: string;
  logs: string;
  /** Caches of this machine: downloads, opened databases, workflow bundles. */
  cache: string;
}

/** `QUERYLOOP_HOME` (default .queryloop) and `QUERYLOOP_CACHE_DIR` (default the user's cache folder, as in set-up) place them. */
export function foldersOf(environment: NodeJS.ProcessEnv = process.env): Folders {
  const home = resolve(environment['QUERYLOOP_HOME'] ?? '.queryloop');
  const system = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  const cache = environment['QUERYLOOP_CACHE_DIR'] ?? join(environment['XDG_CACHE_HOME'] ?? system, 'queryloop');
  return { home, logs: join(home, 'logs'), cache: resolve(cache) };
}
