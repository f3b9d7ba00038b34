/** The store on its SQLite file: the contract, several processes at once, and files that are not usable. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { storeContract } from './contract-suite.ts';
import { connect } from './database/connect.ts';
import { databaseLocation } from './database/location.ts';
import { openStore } from './open-store.ts';
import { runTableOfStore } from './run-table-suite.ts';
import { seriesOfStore } from './series-suite.ts';
import { upgradedStore } from './upgrade-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('contract', () => storeContract(join(folder, 'contract'), () => undefined));
describe('series', () => seriesOfStore(join(folder, 'series'), () => undefined));
describe('runs table', () => runTableOfStore(join(folder, 'table'), () => undefined));
describe('upgrade', () => upgradedStore(join(folder, 'upgrade'), () => undefined));

test('processes that open a new store at the same moment all succeed and all write', async () => {
  const home = join(folder, 'together');
  const source = `
    const { openStore } = await import(${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)});
    const { ExperimentConfig } = await import('@queryloop/contracts');
    const store = await openStore({ folder: ${JSON.stringify(home)} });
    await store.runs.create({ id: 'shared', config: ExperimentConfig.parse({}) });
    for (let update = 1; update <= 20; update++) await store.metrics.record('shared', update, { [process.argv[1]]: update });
    await store.close();`;
  const names = ['a', 'b', 'c'];
  await Promise.all(
    names.map((name) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', source, name], { cwd: import.meta.dirname }),
    ),
  );
  const store = await openStore({ folder: home });
  expect(await store.runs.list()).toHaveLength(1);
  for (const name of names) expect(await store.metrics.series('shared', name)).toHaveLength(20);
  await store.close();
});

test('the file is in WAL mode', async () => {
  await (await openStore({ folder: join(folder, 'wal') })).close();
  expect(new Database(join(folder, 'wal', 'store.db')).pragma('journal_mode', { simple: true })).toBe('wal');
});

test('every commit is on disk before it counts: a power cut loses none that others know of', async () => {
  const database = await connect(databaseLocation(join(folder, 'durable'), undefined));
  // 2 is FULL.
  expect(await database.$queryRawUnsafe('PRAGMA synchronous')).toEqual([{ synchronous: 2n }]);
  await database.$disconnect();
});

test('a store that another process has locked is a fault that passes, not a mistake of the user', async () => {
  const home = join(folder, 'locked');
  const file = join(home, 'store.db');
  const store = await openStore({ folder: home, url: undefined });
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const error = await store.notes.tag('run', 'kept').catch((reason: Error) => reason);
  expect(error).toMatchObject({
    name: 'Error',
    message: `the store ${file} cannot be used: it is locked by another process`,
  });
  other.exec('ROLLBACK');
  other.close();
  await store.close();
});

test('a file that is not a database is named', async () => {
  writeFileSync(join(folder, 'store.db'), 'not a database, but long enough to be read as one'.repeat(100));
  await expect(openStore({ folder })).rejects.toMatchObject({
    name: 'UserError',
    message: `the store ${join(folder, 'store.db')} cannot be used: the file is not a SQLite database`,
  });
});

test('a store of a newer version is left alone', async () => {
  const home = join(folder, 'newer');
  await (await openStore({ folder: home })).close();
  const database = new Database(join(home, 'store.db'));
  database.exec(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '9999_future', 1)`,
  );
  database.close();
  await expect(openStore({ folder: home })).rejects.toThrow('was made by a newer Queryloop (migration 9999_future)');
});

test('a path below a file is refused', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(openStore({ folder: join(folder, 'file', 'home') })).rejects.toMatchObject({ name: 'UserError' });
});
