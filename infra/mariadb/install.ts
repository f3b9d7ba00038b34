/** Finds MariaDB's server, and installs Debian's package when it is missing and we may. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from '../setup/apt-install.ts';

export interface MariadbPrograms {
  server: string;
  installDatabase: string;
}

const places = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/bin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
];

function find(...names: string[]): string | null {
  for (const name of names) {
    for (const place of places) {
      const path = join(place, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/** The installed programs; null when MariaDB's server is not there. */
export function findMariadb(): MariadbPrograms | null {
  const server = find('mariadbd', 'mysqld');
  const installDatabase = find('mariadb-install-db', 'mysql_install_db');
  return server && installDatabase ? { server, installDatabase } : null;
}

const byHand =
  'Install MariaDB by hand (Debian, Ubuntu: apt-get install mariadb-server; macOS: brew install mariadb) and run again.';

/**
 * The programs, installed by apt-get (about half a minute) when missing.
 * @throws Error saying how to install it by hand when that is not possible
 */
export function installMariadb(): MariadbPrograms {
  const found = findMariadb();
  if (found) return found;
  const why = aptInstall('mariadb-server');
  const installed = findMariadb();
  if (!installed) throw new Error(`MariaDB's server is not installed (${why}). ${byHand}`);
  return installed;
}
