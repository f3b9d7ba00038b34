/** What `queryloop doctor` looks at. Native parts are tried in processes of their own: one that crashes must not take the doctor along. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine } from '@queryloop/contracts';
import { type Folders, foldersOf } from '@queryloop/contracts/folders';
import { connectTo } from '@queryloop/control/connect';
import { checkArtifacts, openStore } from '@queryloop/store';
import type { EngineReport } from '@queryloop/worker';
import { findMariadb } from '../../../../infra/mariadb/install.ts';
import { findTemporal } from '../../../../infra/temporal/find-server.mjs';
import { lockHolder } from '../lock.ts';
import { runOneStep } from '../one-step.ts';
import { type Check, check, optional } from './check.ts';

const execute = promisify(execFile);
const project = fileURLToPath(new URL('../../../../', import.meta.url));
const setup = 'npm run setup';
/** A default run writes well under this. */
const wantedDiskBytes = 2e9;

export async function allChecks(signal: AbortSignal): Promise<Check[]> {
  const folders = foldersOf();
  return await Promise.all([
    check('Node', 'Install Node 20.19 or later; set-up brings Node 22 itself.', () => process.version),
    check('SQLite (better-sqlite3)', setup, sqliteVersion),
    check('TensorFlow', setup, async () => engine(signal)),
    check('Temporal', `${setup}, or set TEMPORAL_ADDRESS to a running server`, temporal),
    check('working folder', 'Work in a folder that can be written, or set QUERYLOOP_HOME.', () =>
      workingFolder(folders),
    ),
    check('disk', 'Free some space.', () => freeDisk(folders)),
    check('store of runs', setup, () => storeOfRuns(folders)),
    check('artifacts', 'Check QUERYLOOP_ARTIFACTS.', () => artifacts(folders)),
    benchmark().then(optional),
    check(
      'MariaDB',
      'Only for database: mysql://… on this machine. Debian, Ubuntu: apt-get install mariadb-server',
      () => {
        const programs = findMariadb();
        if (programs === null) throw new Error('not found');
        return programs.server;
      },
    ).then(optional),
  ]);
}

async function sqliteVersion(): Promise<string> {
  const source =
    "console.log(new (require('better-sqlite3'))(':memory:').prepare('SELECT sqlite_version()').pluck().get())";
  const { stdout } = await execute(process.execPath, ['--eval', source], { cwd: project });
  return stdout.trim();
}

async function engine(signal: AbortSignal): Promise<string> {
  const { backend, version } = await runOneStep<Engine, EngineReport>('describeEngine', {}, { signal });
  if (backend !== 'tensorflow')
    throw new Error(`only the ${backend} backend is there: evaluation works, training does not`);
  return `native${version === null ? '' : `, libtensorflow ${version}`}`;
}

async function temporal(): Promise<string> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address) {
    const client = await connectTo(address);
    await client.connection.close();
    return `server at ${address}`;
  }
  const program = findTemporal();
  if (program === null) throw new Error('neither on PATH nor in the cache');
  return program;
}

function workingFolder({ home }: Folders): string {
  mkdirSync(home, { recursive: true });
  accessSync(home, constants.W_OK);
  const holder = lockHolder(home);
  return holder === undefined ? home : `${home}, in use by "queryloop ${holder.command}" (process ${holder.pid})`;
}

async function storeOfRuns({ home }: Folders): Promise<string> {
  const store = await openStore({ folder: home });
  await store.close();
  return store.name;
}

async function artifacts({ home }: Folders): Promise<string> {
  await checkArtifacts(home);
  return process.env['QUERYLOOP_ARTIFACTS'] ?? join(home, 'artifacts');
}

function freeDisk({ home }: Folders): string {
  mkdirSync(home, { recursive: true });
  const { bavail, bsize } = statfsSync(home);
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  if (bavail * bsize < wantedDiskBytes) throw new Error(`only ${free}`);
  return free;
}

function benchmark(): Promise<Check> {
  return check(
    'TEMPTABQA-C',
    'Set QUERYLOOP_TEMPTABQA_DIR to a folder with its TSV files; without them it is fetched, or the built-in world is used.',
    () => {
      const folder = process.env['QUERYLOOP_TEMPTABQA_DIR'];
      if (!folder) throw new Error('QUERYLOOP_TEMPTABQA_DIR is not set');
      if (!existsSync(join(folder, 'Original.tsv'))) throw new Error(`no Original.tsv in ${folder}`);
      return folder;
    },
  );
}
