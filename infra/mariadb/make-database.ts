/** Fills a new data folder with the tables that MariaDB's server needs. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface NewDatabase {
  /** Takes install.log. */
  folder: string;
  data: string;
  temporary: string;
  /** Arguments that name the user the programs run as. */
  account: readonly string[];
}

/** @throws Error with the beginning of the log, where it says what went wrong */
export function makeDatabase(program: string, { folder, data, temporary, account }: NewDatabase): void {
  const logFile = join(folder, 'install.log');
  const log = openSync(logFile, 'w');
  const { status, error } = spawnSync(
    program,
    [
      ...['--no-defaults', ...account, `--datadir=${data}`, `--tmpdir=${temporary}`],
      ...['--auth-root-authentication-method=socket', '--skip-test-db'],
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  if (error) throw error;
  if (status === 0) return;
  const said = readFileSync(logFile, 'utf8').split('\n').slice(0, 12).join('\n');
  throw new Error(`MariaDB cannot make its database in ${data}:\n${said}`);
}
