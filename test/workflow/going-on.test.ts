/** Runs that ended or stopped and go on, and runs that branch off others: as if nothing had been in between. */

import type {
  ExperimentInput,
  GenerateRolloutInput,
  RecordMetricsInput,
  RunOutcome,
  SnapshotPolicyInput,
} from '@queryloop/contracts';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { type TinyWorld, tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

const config = { grpo: { updates: 9 }, evaluation: { everyUpdates: 3 }, checkpoints: { everyUpdates: 4 } };

/** What a run leaves in the store, without its id. */
function rowsOf({ store }: TinyWorld, runId: string): object {
  const { updates, evaluations, status } = store.run(runId);
  const strip = (rows: Map<unknown, object>) => [...rows.values()].map((row) => ({ ...row, runId: '' }));
  return { status, updates: strip(updates), evaluations: strip(evaluations) };
}

const updatesOf = ({ log }: TinyWorld): number[] =>
  log.inputsOf<GenerateRolloutInput>('generateRollout').map(({ update }) => update);

describe('a run that ended', () => {
  test('goes on from the update it failed at, and ends like one that never failed', async () => {
    const whole = tinySteps();
    const undisturbed = await harness.run('whole', whole.steps, config);

    let broken = true;
    const world = tinySteps({
      before: async (step, input) => {
        if (broken && step === 'scoreCompletions' && (input as { update: number }).update === 6)
          throw ApplicationFailure.create({ message: 'no database', type: 'UserError' });
      },
    });
    await expect(harness.run('mended', world.steps, config)).rejects.toThrow();
    expect(world.store.run('mended').error).toContain('step scoreCompletions failed: no database');
    broken = false;
    world.log.calls.length = 0;
    const result = await harness.run('mended', world.steps, config, { from: { runId: 'mended' } });
    expect(updatesOf(world)).toEqual([6, 7, 8, 9]);
    expect(world.log.calls.map(({ step }) => step)).not.toContain('warmStart');
    expect(rowsOf(world, 'mended')).toEqual(rowsOf(whole, 'whole'));
    expect({ ...result, runId: '', seconds: 0 }).toEqual({ ...undisturbed, runId: '', seconds: 0 });
  });

  test('begins anew when it had no baseline yet', async () => {
    let broken = true;
    const world = tinySteps({
      before: async (step) => {
        if (broken && step === 'evaluatePolicy') throw ApplicationFailure.create({ message: 'no', type: 'UserError' });
      },
    });
    await expect(harness.run('early', world.steps, config)).rejects.toThrow();
    broken = false;
    expect((await harness.run('early', world.steps, config, { from: { runId: 'early' } })).updates).toBe(9);
    expect(updatesOf(world)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('is evaluated where it failed to be', async () => {
    let broken = true;
    const world = tinySteps({
      before: async (step, input) => {
        if (broken && step === 'evaluatePolicy' && (input as GenerateRolloutInput).policy.update === 3)
          throw ApplicationFailure.create({ message: 'no', type: 'UserError' });
      },
    });
    await expect(harness.run('unscored', world.steps, config)).rejects.toThrow();
    broken = false;
    const result = await harness.run('unscored', world.steps, config, { from: { runId: 'unscored' } });
    expect(result.dev.map(({ update }) => update)).toEqual([0, 3, 6, 9]);
  });

  test('when cancelled, drops its step, says so, and can go on', async () => {
    const world = tinySteps({ before: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const handle = await harness.start('cancelled', world.steps, config);
    await expect.poll(() => updatesOf(world).length, { timeout: 30_000 }).toBeGreaterThan(1);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(world.store.run('cancelled')).toMatchObject({
      status: 'cancelled',
      error: expect.stringContaining('resume') as string,
    });
    const result = await harness.run('cancelled', world.steps, config, { from: { runId: 'cancelled' } });
    expect(result.updates).toBe(9);
    expect([...world.store.run('cancelled').updates.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('takes more updates, with other settings after those it was trained with', async () => {
    const world = tinySteps();
    await harness.run('longer', world.steps, { ...config, grpo: { updates: 2 }, evaluation: { everyUpdates: 4 } });
    world.log.calls.length = 0;
    const changed = { ...config, grpo: { updates: 9, optimizer: { learningRate: 1e-4 } } };
    const result = await harness.run('longer', world.steps, changed, { from: { runId: 'longer' } });
    expect(result.updates).toBe(9);
    expect(updatesOf(world)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    // The last update of the first execution left a snapshot: nothing is to be replayed.
    expect(world.log.inputsOf('snapshotPolicy')).toEqual([]);
  });
});

describe('a branch', () => {
  test('shares what came before and pays for the rest only; updates to replay keep their settings', async () => {
    const world = tinySteps();
    await harness.run('trunk', world.steps, config);
    const trunk = rowsOf(world, 'trunk');
    world.log.calls.length = 0;
    harness.provide('branch', world.steps);
    const changed = { ...config, grpo: { updates: 7, optimizer: { learningRate: 1e-4 } } };
    const result = await harness.run('branch', world.steps, changed, { from: { runId: 'trunk', update: 5 } });
    expect(updatesOf(world)).toEqual([6, 7]);
    expect(result).toMatchObject({ updates: 7, tokens: 70 });
    expect(result.dev.map(({ update }) => update)).toEqual([0, 3, 6, 7]);
    const [snapshot] = world.log.inputsOf<SnapshotPolicyInput>('snapshotPolicy');
    expect(snapshot).toMatchObject({ policy: { update: 5 }, grpo: { updates: 9, optimizer: { learningRate: 3e-4 } } });
    expect(snapshot?.policy.replay).toHaveLength(1);
    expect(world.log.inputsOf<GenerateRolloutInput>('generateRollout')[0]?.policy.replay).toEqual([]);
    expect(world.store.run('branch').updates.get(5)).toMatchObject({
      checkpoint: { kind: 'checkpoint' },
      metrics: { num_tokens: 10 },
    });
    expect(rowsOf(world, 'trunk')).toEqual(trunk);
  });

  test('with the same settings ends like its source', async () => {
    const world = tinySteps();
    await harness.run('source', world.steps, config);
    await harness.run('same', world.steps, config, { from: { runId: 'source', update: 5 } });
    expect(world.log.inputsOf('snapshotPolicy')).toEqual([]);
    expect(rowsOf(world, 'same')).toEqual(rowsOf(world, 'source'));
  });
});

describe('a run told to stop', () => {
  test('stops at the update, and promoted twice ends like one that never stopped', async () => {
    const whole = tinySteps();
    const undisturbed = await harness.run('through', whole.steps, config);
    const world = tinySteps();
    const stop = async (plan: Pick<ExperimentInput, 'from' | 'until'>): Promise<RunOutcome> => {
      const handle = await harness.start('rungs', world.steps, config, plan);
      return (await handle.result()) as RunOutcome;
    };
    expect(await stop({ until: 3 })).toMatchObject({ status: 'stopped', update: 3, tokens: 30, dev: { correct: 3 } });
    expect(world.store.run('rungs').status).toBe('stopped');
    expect(await stop({ from: { runId: 'rungs' }, until: 6 })).toMatchObject({ update: 6, dev: { correct: 6 } });
    // Told to stop where it is already, it only says so.
    expect(await stop({ from: { runId: 'rungs' }, until: 6 })).toMatchObject({ update: 6, dev: { correct: 6 } });
    const result = await harness.run('rungs', world.steps, config, { from: { runId: 'rungs' } });
    expect(updatesOf(world)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rowsOf(world, 'rungs')).toEqual(rowsOf(whole, 'through'));
    expect({ ...result, runId: '', seconds: 0 }).toEqual({ ...undisturbed, runId: '', seconds: 0 });
  });

  test('must be told an evaluated update', async () => {
    const world = tinySteps();
    const handle = await harness.start('between', world.steps, config, { until: 4 });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('update 4 is not an evaluated one') as string },
    });
  });
});

test('snapshots are pruned beside the next update, keeping the base and the best', async () => {
  const world = tinySteps({ devCorrect: (update) => (update === 3 ? 90 : 10) });
  await harness.run('pruned', world.steps, { ...config, checkpoints: { everyUpdates: 4, keepLast: 2 } });
  const checkpointOf = (update: number) =>
    world.log.inputsOf<RecordMetricsInput>('recordMetrics').find((row) => row.update === update)?.checkpoint;
  const pruned = world.log.inputsOf<{ keepLast: number; keep: unknown[] }>('pruneCheckpoints');
  expect(pruned.map(({ keepLast }) => keepLast)).toEqual([2, 2, 2, 2, 2]);
  expect(pruned.at(-1)?.keep).toEqual([checkpointOf(0), checkpointOf(3)]);
});
