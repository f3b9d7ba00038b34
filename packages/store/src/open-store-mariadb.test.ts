/** The store on a real MariaDB server: the contract, and servers and passwords that are wrong. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../infra/mariadb/launch.ts';
import { storeContract } from './contract-suite.ts';
import { openStore } from './open-store.ts';
import { runTableOfStore } from './run-table-suite.ts';
import { seriesOfStore } from './series-suite.ts';
import { upgradedStore } from './upgrade-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-store-mariadb-'));
// The server runs as a user of its own.
chmodSync(folder, 0o755);
let server: MariadbServer | undefined;
beforeAll(async () => {
  server = await startMariadb({ folder: join(folder, 'server') });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const serverUrl = (): string => server?.url ?? '';

describe('contract', () => storeContract(folder, () => `${serverUrl()}queryloop_contract`));
describe('series', () => seriesOfStore(folder, () => `${serverUrl()}queryloop_series`));
describe('runs table', () => runTableOfStore(folder, () => `${serverUrl()}queryloop_table`));
describe('upgrade', () => upgradedStore(folder, () => `${serverUrl()}queryloop_upgrade`));

test('openings of a new database at the same moment all succeed', async () => {
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ folder, url: `${serverUrl()}queryloop_together` })));
  for (const store of stores) await store.close();
});

test('a wrong password is told, and never shown', async () => {
  const url = serverUrl().replace(/:[^:@/]*@/, ':not-the-password@');
  const error = await openStore({ folder, url }).catch((reason: Error) => reason);
  expect(error).toMatchObject({ name: 'UserError', message: expect.stringContaining('user or password is wrong') });
  expect(JSON.stringify(error) + String(error)).not.toContain('not-the-password');
});

test('a server that is not there is named', async () => {
  await expect(openStore({ folder, url: 'mysql://someone:secret@127.0.0.1:9/queryloop' })).rejects.toMatchObject({
    name: 'UserError',
    message: 'the store 127.0.0.1:9/queryloop cannot be used: nobody answers there',
  });
});

test('an address of another kind is refused without showing its password', async () => {
  await expect(openStore({ folder, url: 'postgres://someone:secret@host/x' })).rejects.toThrow(
    '"postgres://someone:…@host/x" is not understood',
  );
});
