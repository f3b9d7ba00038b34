/** Starts a private MariaDB server: own data folder and port, on this machine only, no systemd. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, connect as openSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installMariadb } from './install.ts';
import { makeDatabase } from './make-database.ts';

export interface MariadbServer {
  /** mysql://user:password@127.0.0.1:port/ of a user that may create databases and users. */
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

export interface MariadbOptions {
  /** Data, log and password; made when missing, reused when there. As root it must be reachable for the user `mysql`. */
  folder: string;
  /** A free port when left out. */
  port?: number;
}

const user = 'queryloop';

/**
 * @throws Error with the end of the server's log when it does not start, or when the port is taken
 */
export async function startMariadb(options: MariadbOptions): Promise<MariadbServer> {
  const programs = installMariadb();
  const { folder } = options;
  const port = options.port ?? (await freePort());
  if (await accepts(port)) throw new Error(`Port ${port} on 127.0.0.1 is taken: choose another for MariaDB.`);
  const data = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  const account = process.getuid?.() === 0 ? ['--user=mysql'] : [];
  // Of its own: a server that starts removes all temporary tables from its folder for them, those of other servers too.
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  if (account.length > 0) execFileSync('chown', ['mysql:mysql', folder, temporary]);
  if (!existsSync(join(data, 'complete'))) {
    rmSync(data, { recursive: true, force: true });
    makeDatabase(programs.installDatabase, { folder, data, temporary, account });
    writeFileSync(join(data, 'complete'), '');
  }
  // A socket path has at most 107 characters: folders may be longer.
  const runFolder = mkdtempSync(join(tmpdir(), 'ql-mariadb-'));
  const password = keptPassword(folder);
  const initFile = join(runFolder, 'init.sql');
  writeFileSync(
    initFile,
    `CREATE OR REPLACE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO '${user}'@'127.0.0.1' WITH GRANT OPTION;\n`,
    { mode: 0o600 },
  );
  if (account.length > 0) {
    const { uid, gid } = ownerOf('mysql');
    for (const path of [runFolder, initFile]) chownSync(path, uid, gid);
  } else chmodSync(runFolder, 0o700);
  const log = openSync(logFile, 'w');
  const child = spawn(
    programs.server,
    [
      '--no-defaults',
      ...account,
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      `--init-file=${initFile}`,
      `--socket=${join(runFolder, 's.sock')}`,
      `--pid-file=${join(runFolder, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-log-bin',
      '--skip-name-resolve',
      '--local-infile=0',
      `--secure-file-priv=${runFolder}`,
      '--max-connections=200',
      '--innodb-buffer-pool-size=128M',
      '--innodb-flush-log-at-trx-commit=2',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_uca1400_nopad_as_ci',
      '--skip-character-set-client-handshake',
      '--sql-mode=',
      '--default-time-zone=+00:00',
      '--lower-case-table-names=1',
      '--performance-schema=0',
    ],
    { stdio: ['ignore', log, log] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(patience);
    rmSync(runFolder, { recursive: true, force: true });
  };
  for (let waited = 0; waited < 300 && !(await accepts(port)); waited += 1) {
    if (child.exitCode !== null || child.signalCode !== null) {
      await stop();
      throw new Error(
        `MariaDB did not start in ${folder}:\n${readFileSync(logFile, 'utf8').split('\n').slice(-12).join('\n')}`,
      );
    }
    await sleep(100);
  }
  if (!(await accepts(port))) {
    await stop();
    throw new Error(`MariaDB did not answer on port ${port} within 30 s; its log is ${logFile}`);
  }
  return { url: `mysql://${user}:${password}@127.0.0.1:${port}/`, port, pid: child.pid ?? 0, stop };
}

/** The password stays the same from start to start, so that configs which name the server stay true. */
function keptPassword(folder: string): string {
  const file = join(folder, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function ownerOf(account: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, account], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket({ port, host: '127.0.0.1' });
    const answer = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
