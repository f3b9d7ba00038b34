/** Pause and resume, as signals and as updates that answer. */

import type { RunProgress } from '@queryloop/contracts';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { type TinyWorld, tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

const config = { grpo: { updates: 6 }, evaluation: { everyUpdates: 3 } };

/** Steps slow enough to be told something meanwhile, and the number of those in progress. */
function slowSteps(): TinyWorld & { computing(): number } {
  let begun = 0;
  const world = tinySteps({
    before: async () => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      begun--;
    },
  });
  return { ...world, computing: () => begun };
}

const tell = (handle: WorkflowHandle, what: 'pause' | 'resume'): Promise<RunProgress> =>
  handle.executeUpdate<RunProgress, []>(what);

/** Rejections say why in their cause. */
const refusal = (pattern: RegExp): object => ({ cause: { message: expect.stringMatching(pattern) as string } });

test('a pause answers once nothing is in progress; a resume goes on; both refuse what makes no sense', async () => {
  const world = slowSteps();
  const handle = await harness.start('told', world.steps, config);
  await expect.poll(() => world.log.inputsOf('updatePolicy').length, { timeout: 30_000 }).toBeGreaterThan(0);
  await expect(tell(handle, 'resume')).rejects.toMatchObject(refusal(/^run told is not paused$/));

  const held = await tell(handle, 'pause');
  expect(held).toMatchObject({ phase: 'train', paused: true, updates: 6 });
  expect(world.computing()).toBe(0);
  expect(world.store.run('told').status).toBe('paused');
  const calls = world.log.calls.length;
  await expect(tell(handle, 'pause')).rejects.toMatchObject(refusal(/is paused already.*queryloop resume told/));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(world.log.calls).toHaveLength(calls);

  expect(await tell(handle, 'resume')).toMatchObject({ paused: false });
  expect(await handle.result()).toMatchObject({ status: 'finished', result: { updates: 6 } });
  expect(world.store.run('told').statuses).toEqual(['running', 'paused', 'running', 'finished']);
  await expect(tell(handle, 'pause')).rejects.toThrow(/not found|completed/i);
});

test('a run that is writing down its result cannot be paused', async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const world = tinySteps({
    before: async (step) => {
      if (step === 'comparePolicies') await released;
    },
  });
  const handle = await harness.start('concluding', world.steps, config);
  await expect.poll(() => world.log.inputsOf('comparePolicies').length, { timeout: 30_000 }).toBe(1);
  await expect(tell(handle, 'pause')).rejects.toMatchObject(refusal(/writing down its result/));
  release();
  expect(await handle.result()).toMatchObject({ status: 'finished' });
});

test('quick changes of mind end with the last, in the store too', async () => {
  const world = slowSteps();
  const handle = await harness.start('hasty', world.steps, config);
  await expect.poll(() => world.log.inputsOf('updatePolicy').length, { timeout: 30_000 }).toBeGreaterThan(0);
  for (const what of ['pause', 'resume', 'pause', 'resume', 'pause']) await handle.signal(what);
  await expect.poll(async () => (await handle.query<RunProgress>('progress')).paused, { timeout: 30_000 }).toBe(true);
  expect(world.store.run('hasty').status).toBe('paused');
  await handle.signal('resume');
  await handle.result();
  expect(world.store.run('hasty').status).toBe('finished');
});

test('a held run can be cancelled', async () => {
  const world = slowSteps();
  const handle = await harness.start('held', world.steps, config);
  await expect.poll(() => world.log.inputsOf('updatePolicy').length, { timeout: 30_000 }).toBeGreaterThan(0);
  await tell(handle, 'pause');
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  expect(world.store.run('held').statuses).toEqual(['running', 'paused', 'cancelled']);
});
