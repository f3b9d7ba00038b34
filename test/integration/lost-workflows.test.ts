/** What commands say when the store and Temporal disagree: another command was quicker, or Temporal has lost what the store knows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, SweepConfig, UserError } from '@queryloop/contracts';
import { goOn } from '@queryloop/control';
import { connectTo } from '@queryloop/control/connect';
import { openStore, type Store, type StoredRun } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cancel } from '../../apps/cli/src/commands/cancel.ts';
import { pause } from '../../apps/cli/src/commands/pause.ts';
import { reviveLostRuns } from '../../apps/cli/src/revive-runs.ts';
import { type DevServer, startDevServer } from '../workflow/dev-server.ts';

const home = mkdtempSync(join(tmpdir(), 'queryloop-lost-'));
const signal = new AbortController().signal;
const config = ExperimentConfig.parse({});
let server: DevServer;
let store: Store;
beforeAll(async () => {
  server = await startDevServer();
  vi.stubEnv('TEMPORAL_ADDRESS', server.address);
  vi.stubEnv('QUERYLOOP_HOME', home);
  store = await openStore({ folder: home });
});
afterAll(async () => {
  await store.close();
  await server.stop();
  rmSync(home, { recursive: true });
});

test('of two commands that go on with a run at once, the second is told so', async () => {
  await store.runs.create({ id: 'twice', config });
  const run = (await store.runs.get('twice')) as StoredRun;
  const client = await connectTo(server.address);
  await goOn(client, run, config);
  const second = await goOn(client, run, config).catch((error: unknown) => error);
  expect(second).toBeInstanceOf(UserError);
  expect(second).toMatchObject({
    message: 'twice was begun by another command at this moment',
    hint: 'queryloop resume twice follows it.',
  });
  await client.connection.close();
});

test('a run that Temporal has lost gets its status in the store', async () => {
  await store.runs.create({ id: 'lost', config });
  await pause('lost', signal);
  expect(await store.runs.get('lost')).toMatchObject({ status: 'paused' });
  await cancel('lost', signal);
  expect(await store.runs.get('lost')).toMatchObject({ status: 'cancelled' });
});

test('a sweep that Temporal has lost is known all the same', async () => {
  const settings = SweepConfig.parse({ name: 'gone', experiment: 'x.yaml' });
  await store.sweeps.start({ id: 'gone', settings, trials: [{ id: 't', parameters: {}, config }] });
  await expect(cancel('gone', signal)).rejects.toMatchObject({
    message: 'nothing is at work on sweep gone',
    hint: 'queryloop resume gone goes on with it.',
  });
});

test('what the store knows to be running goes on, also when Temporal has lost no more than its last execution', async () => {
  const client = await connectTo(server.address);
  await store.runs.create({ id: 'unknown', config });
  await store.runs.create({ id: 'resumed', config });
  await goOn(client, (await store.runs.get('resumed')) as StoredRun, config);
  await client.workflow.getHandle('resumed').terminate();
  await store.runs.create({ id: 'open', config });
  await goOn(client, (await store.runs.get('open')) as StoredRun, config);
  // A store of several folders or machines holds runs that are at work on other servers.
  vi.stubEnv('QUERYLOOP_STORE_URL', `file:${join(home, 'store.db')}`);
  expect(await reviveLostRuns(client)).toEqual([]);
  vi.stubEnv('QUERYLOOP_STORE_URL', '');
  expect((await reviveLostRuns(client)).sort()).toEqual(['resumed', 'unknown']);
  expect(await reviveLostRuns(client)).toEqual([]);
  await client.connection.close();
});
