/** Where the database of runs is: a SQLite file of the working folder, or a MySQL/MariaDB server. */
import { isAbsolute, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';

export type DatabaseLocation =
  | { engine: 'sqlite'; file: string; name: string }
  | { engine: 'mysql'; host: string; port: number; user: string; password: string; database: string; name: string };

/** Reads `url` (file:… or mysql:// or mariadb://), default `home`/store.db. `name` is what messages call it, without password. */
export function databaseLocation(home: string, url: string | undefined): DatabaseLocation {
  if (url === undefined || url.startsWith('file:')) {
    const path = url?.slice('file:'.length) ?? join(home, 'store.db');
    const file = isAbsolute(path) ? path : resolve(path);
    return { engine: 'sqlite', file, name: file };
  }
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['mysql:', 'mariadb:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw new UserError({
      message: `the store's address "${url.replace(/:[^:@/]*@/, ':…@')}" is not understood`,
      field: 'QUERYLOOP_STORE_URL',
      hint: 'Use file:<path>, or mysql://user:password@host:port/database.',
    });
  }
  const database = decodeURIComponent(parsed.pathname.slice(1)) || 'queryloop';
  const port = Number(parsed.port || 3306);
  const [user, password] = [parsed.username, parsed.password].map(decodeURIComponent) as [string, string];
  return {
    engine: 'mysql',
    host: parsed.hostname,
    port,
    user,
    password,
    database,
    name: `${parsed.hostname}:${port}/${database}`,
  };
}
