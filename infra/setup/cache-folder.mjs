/** Where set-up keeps what is dear to make (TensorFlow's libraries, the Temporal server): outside node_modules, shared by all clones. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** QUERYLOOP_CACHE_DIR, else the user's cache folder of this system. @returns {string} */
export function cacheFolder() {
  const { QUERYLOOP_CACHE_DIR: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return own;
  if (xdg) return join(xdg, 'queryloop');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'queryloop')
    : join(homedir(), '.cache', 'queryloop');
}
