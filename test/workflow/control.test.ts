/** What packages/control does to runs: on a real server and store, with workflows that go on or wait, and with no worker at all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, SweepConfig, type SweepInput } from '@queryloop/contracts';
import {
  addSeeds,
  awaitEnd,
  branchRun,
  type Control,
  cancel,
  cloneRun,
  describeRun,
  isTemporalAway,
  launchRun,
  launchSweep,
  pause,
  resume,
  trialId,
} from '@queryloop/control';
import { connectTo } from '@queryloop/control/connect';
import { openStore } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer } from '../temporal-server.ts';
import { startDevServer } from './dev-server.ts';
import { type Harness, openHarness } from './harness.ts';
import { tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'queryloop-control-'));
const config = ExperimentConfig.parse({ name: 'steered', grpo: { updates: 400 }, evaluation: { everyUpdates: 400 } });
let harness: Harness;
let control: Control;
beforeAll(async () => {
  const server = await startTestServer();
  harness = await openHarness(server);
  harness.provide('steered', slowSteps());
  control = { store: await openStore({ folder }), client: await connectTo(server.address), actor: 'ada' };
}, 60_000);
afterAll(async () => {
  await control.client.connection.close();
  await control.store.close();
  await harness.stop();
  rmSync(folder, { recursive: true });
});

function slowSteps(): object {
  return tinySteps({ before: () => new Promise((resolve) => setTimeout(resolve, 30)) }).steps;
}

/** As the worker's startRun would: the steps of these tests have a store of their own. */
async function storeRun(id: string, seed = 1): Promise<void> {
  await control.store.runs.create({ id, config: { ...config, seed } });
}

const actionsOf = async (id: string): Promise<string[]> =>
  (await control.store.actions.list(id)).map(({ name, actor }) => `${actor}: ${name}`).reverse();

test('a run is launched, held, described, released and cancelled, and each is noted', async () => {
  const { id, said } = await launchRun(control, config);
  expect(said).toBe(`run ${id} has begun`);
  await storeRun(id);
  await expect
    .poll(async () => (await describeRun(control, id))?.progress?.update ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);

  expect(await pause(control, id)).toEqual({ id, said: `run ${id} is held`, held: true });
  expect(await describeRun(control, id)).toMatchObject({
    status: 'running',
    endedAt: null,
    steps: [],
    progress: { paused: true, phase: 'train' },
  });
  await expect(pause(control, id)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringMatching(/is paused already/),
  });

  expect(await resume(control, id)).toEqual({ id, said: `run ${id} goes on` });
  await expect.poll(async () => (await describeRun(control, id))?.progress?.paused, { timeout: 30_000 }).toBe(false);
  expect(await cancel(control, id)).toMatchObject({ ended: false });
  expect(await awaitEnd(control, id)).toBe('cancelled');
  expect(await describeRun(control, id)).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) });
  expect(await actionsOf(id)).toEqual(['ada: launch', 'ada: pause', 'ada: resume', 'ada: cancel']);
});

test('a step that fails again and again is told with its attempts and its cause', async () => {
  const { steps } = tinySteps();
  const broken = { ...steps, warmStart: () => Promise.reject(new Error('disk full')) };
  harness.provide('fails', broken);
  const { id } = await launchRun(control, { ...config, name: 'fails' });
  await expect.poll(async () => (await describeRun(control, id))?.steps[0]?.attempt ?? 0).toBeGreaterThan(1);
  const now = await describeRun(control, id);
  expect(now?.steps).toMatchObject([
    { step: 'warmStart', failure: 'disk full', worker: 'worker-policy', maximumAttempts: expect.any(Number) },
  ]);
  // Between two attempts Temporal knows when the next one is due, within one when it began.
  expect(now?.steps[0]?.nextAttemptAt ?? now?.steps[0]?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  await cancel(control, id).catch(() => undefined);
  await awaitEnd(control, id);
});

test('a run that ended goes on in another execution; one that finished does so with other settings only', async () => {
  await storeRun('steered-ended');
  await control.store.runs.setStatus('steered-ended', 'failed', { error: 'disk full' });
  await expect(cancel(control, 'steered-ended')).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringMatching(/failed already/),
  });
  await expect(resume(control, 'steered-ended', { set: ['seed=2'] })).rejects.toThrow('seed: 2 differs from 1');
  const { said } = await resume(control, 'steered-ended', { set: ['grpo.beta=0.25'] });
  expect(said).toBe('run steered-ended goes on with grpo.beta=0.25');
  expect(await describeRun(control, 'steered-ended')).toMatchObject({ status: 'running' });
  await control.client.workflow.getHandle('steered-ended').terminate();
});

test('clones and branches are begun with checked settings; seeds that are there are left alone', async () => {
  await storeRun('steered-first', 1);
  await storeRun('steered-second', 2);
  await expect(branchRun(control, 'steered-first', { at: 3 })).rejects.toThrow('has got to update 0');
  await expect(cloneRun(control, 'steered-first', { set: ['grpo.betta=1'] })).rejects.toThrow('did you mean "beta"');
  await expect(cloneRun(control, 'none', {})).rejects.toMatchObject({ kind: 'unknown' });
  const branch = await branchRun(control, 'steered-first', { at: 0, set: ['grpo.beta=0.5'] });
  expect(branch.said).toMatch(/as a branch of steered-first after update 0, with grpo.beta=0.5$/);

  const added = await addSeeds(control, 'steered-first', [3, 1, 2, 3]);
  expect(added.existing).toMatchObject([
    { seed: 1, runId: 'steered-first' },
    { seed: 2, runId: 'steered-second', status: 'running' },
  ]);
  expect(added.begun.map(({ seed }) => seed)).toEqual([3]);
  const [{ runId } = { runId: '' }] = added.begun;
  expect(await actionsOf(runId)).toEqual(['ada: clone']);
  for (const id of [branch.id, runId]) await control.client.workflow.getHandle(id).terminate();
  for (const seeds of [[], [1.5], [-1]])
    await expect(addSeeds(control, 'steered-first', seeds)).rejects.toThrow('seeds:');
});

test('a sweep is begun once, goes on when it is launched again, and refuses other settings meanwhile', async () => {
  const sweepOf = (beta: number): SweepInput => {
    const own = { ...config, name: 'sweep-steered', grpo: { ...config.grpo, beta } };
    const settings = SweepConfig.parse({ name: 'steered', experiment: 'x.yaml' });
    const trials = [{ id: trialId(own), parameters: { 'grpo.beta': beta }, config: own }];
    return { sweepId: 'sweep-steered', settings, trials };
  };
  harness.provide('sweep-steered', slowSteps());
  const input = sweepOf(0.5);
  expect(await launchSweep(control, input)).toMatchObject({ said: expect.stringMatching(/of \d+ runs? has begun/) });
  await control.store.sweeps.start({ id: input.sweepId, settings: input.settings, trials: input.trials });
  expect(await launchSweep(control, input)).toMatchObject({ said: 'sweep sweep-steered goes on' });
  await expect(launchSweep(control, sweepOf(0.25))).rejects.toMatchObject({ kind: 'conflict' });
  expect(await pause(control, input.sweepId)).toMatchObject({ held: true, said: 'sweep sweep-steered is held' });
  expect(await resume(control, input.sweepId)).toMatchObject({ said: 'sweep sweep-steered goes on' });
  await expect(resume(control, input.sweepId, { set: ['grpo.beta=1'] })).rejects.toThrow('is a sweep');
  await cancel(control, input.sweepId);
  expect(await awaitEnd(control, input.sweepId)).toBe('cancelled');
});

test('where no worker answers, a pause is asked for and kept; where no server does, that is said', async () => {
  const server = await startDevServer();
  const client = await connectTo(server.address);
  const alone = { ...control, client };
  const { id } = await launchRun(alone, config);
  expect(await pause(alone, id, { timeoutMs: 500 })).toMatchObject({
    held: false,
    said: expect.stringMatching(/as soon as a worker answers/),
  });
  expect(await describeRun(alone, id)).toMatchObject({ status: 'running', progress: null, steps: [] });
  expect(await describeRun(alone, 'none')).toBeNull();
  await expect(resume(alone, 'none')).rejects.toMatchObject({ kind: 'unknown' });
  await server.stop();
  const away = await describeRun(alone, id).catch((error: unknown) => error);
  expect(isTemporalAway(away)).toBe(true);
  await client.connection.close();
});
