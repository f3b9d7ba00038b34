/** The result does not depend on the number of workers: separate processes and folders, one Temporal, MariaDB and S3. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunProgress } from '@queryloop/contracts';
import { loadConfig } from '@queryloop/contracts/load-config';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ClusterServices, startClusterServices } from '../cluster/services.ts';
import { startWorkerMachine } from '../cluster/worker-machine.ts';
import { lastJson, openWorkplace } from '../command-line.ts';
import { summaryOf } from '../faults/run-summary.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const set = ['shards=4', 'grpo.updates=3', 'grpo.innerIterations=2', 'evaluation.everyUpdates=3', 'warmStart.steps=15'];
const config = loadConfig(smoke, { set });

let services: ClusterServices;
let client: Client;
beforeAll(async () => {
  services = await startClusterServices();
  client = new Client({ connection: await Connection.connect({ address: services.address }) });
});
afterAll(async () => {
  await client?.connection.close();
  await services?.stop();
});

/** Runs the experiment on `count` workers; with `kill` the first of them is killed once training has begun. */
async function runOn(count: number, { kill = false } = {}): Promise<object> {
  const name = `w${count}`;
  const environment = services.environmentOf(name);
  const machines = await Promise.all(
    Array.from({ length: count }, (_, i) => startWorkerMachine(join(services.folder, `${name}-${i}`), environment)),
  );
  try {
    const handle = await client.workflow.start('experiment', {
      workflowId: name,
      taskQueue: 'cpu',
      args: [{ runId: name, config }],
    });
    if (kill) {
      const update = async (): Promise<number> =>
        (await handle.query<RunProgress>('progress').catch(() => ({ update: 0 }))).update;
      await expect.poll(update, { timeout: 300_000, interval: 200 }).toBeGreaterThan(0);
      process.kill(machines[0]?.pid as number, 'SIGKILL');
    }
    await handle.result();
    return await summaryOf({ folder: services.folder, url: environment.QUERYLOOP_STORE_URL }, name);
  } finally {
    await Promise.all(machines.map((machine) => machine.stop()));
  }
}

/** The same on one worker, started and followed by the command line of a machine that has no worker. */
async function runByCommand(): Promise<object> {
  const environment = services.environmentOf('w1');
  const workplace = openWorkplace();
  const machine = await startWorkerMachine(join(services.folder, 'w1-0'), environment);
  try {
    const settings = set.flatMap((each) => ['--set', each]);
    const command = workplace.start(['run', smoke, ...settings, '--no-worker', '--json'], {
      ...environment,
      QUERYLOOP_CACHE_DIR: join(services.folder, 'w1-command'),
    });
    const outcome = await command.ended;
    expect(outcome.code, outcome.stderr).toBe(0);
    const { runId } = lastJson<{ runId: string }>(outcome);
    return await summaryOf({ folder: services.folder, url: environment.QUERYLOOP_STORE_URL }, runId);
  } finally {
    await machine.stop();
    workplace.remove();
  }
}

test('1, 2 and 4 workers, one of the four killed, give the same checkpoint, metrics and predictions', async () => {
  const alone = await runByCommand();
  expect(alone).toMatchObject({ status: 'finished' });
  expect(await runOn(2)).toEqual(alone);
  expect(await runOn(4, { kill: true })).toEqual(alone);
});
