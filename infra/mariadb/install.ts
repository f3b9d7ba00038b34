/** Finds MariaDB's server, and installs Debian's package when it is missing and we may. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

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
  if (process.getuid?.() !== 0 || !find('apt-get')) throw new Error(`MariaDB's server is not installed. ${byHand}`);
  const aptGet = (...args: string[]) =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
    });
  let result = aptGet('install', '-y', '--no-install-recommends', 'mariadb-server');
  if (result.status !== 0) {
    aptGet('update');
    result = aptGet('install', '-y', '--no-install-recommends', 'mariadb-server');
  }
  const installed = findMariadb();
  if (!installed)
    throw new Error(`apt-get could not install MariaDB's server: ${result.stderr.trim().slice(-400)}\n${byHand}`);
  return installed;
}
