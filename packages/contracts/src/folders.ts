/** Where things are kept: what lasts in the working folder, caches under the user's cache folder. For processes, not workflows. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Folders {
  /** Everything the embedded default writes: store, artifacts, logs. */
  home: string;
  logs: string;
  /** Models pulled from the hub, by owner and name. */
  models: string;
  /** Caches of this machine: downloads, opened databases, workflow bundles. */
  cache: string;
}

/** `QUERYLOOP_HOME` (default .queryloop) and `QUERYLOOP_CACHE_DIR` (default the user's cache folder, as in set-up) place them. */
export function foldersOf(environment: NodeJS.ProcessEnv = process.env): Folders {
  const home = resolve(environment['QUERYLOOP_HOME'] ?? '.queryloop');
  const system = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  const cache = environment['QUERYLOOP_CACHE_DIR'] ?? join(environment['XDG_CACHE_HOME'] ?? system, 'queryloop');
  return { home, logs: join(home, 'logs'), models: join(home, 'models'), cache: resolve(cache) };
}

/** What `queryloop pull` writes beside the files of a model, last, so that its presence says that all are there. */
export const pulledRecord = 'pulled.json';

/** Where a model of the hub, `owner/name` or `owner/name@revision`, is pulled to; null for what is no such name. */
export function modelFolder(name: string, folders: Folders = foldersOf()): string | null {
  const part = '[A-Za-z0-9][A-Za-z0-9._-]*';
  return new RegExp(`^${part}/${part}(@${part}(/${part})*)?$`).test(name)
    ? join(
        folders.models,
        name.replace(/@.*$/, (revision) => revision.replaceAll('/', '--')),
      )
    : null;
}

/** The folder that `policy.folder` or `--policy` means: one of that path, else the pulled model of that name, else what was given. */
export function policyPath(folderOrName: string, folders: Folders = foldersOf()): string {
  if (existsSync(folderOrName)) return folderOrName;
  const pulled = modelFolder(folderOrName, folders);
  return pulled !== null && existsSync(join(pulled, pulledRecord)) ? pulled : folderOrName;
}
