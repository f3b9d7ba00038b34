/** The sweep workflow on a real server: its runs are child workflows that outlive failures, restarts and promotions. */

import {
  ExperimentConfig,
  type ExperimentInput,
  type StartRunInput,
  SweepConfig,
  type SweepInput,
  type SweepProgress,
  type SweepResult,
} from '@queryloop/contracts';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { type TinyWorld, tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 90_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

/** Trials t1, t2, … with their learning rates; the rate decides how good a tiny trial is. */
function sweepOf(sweepId: string, rates: number[], settings: object, experiment: object = {}): SweepInput {
  return {
    sweepId,
    settings: SweepConfig.parse({ name: sweepId, experiment: 'x.yaml', ...settings }),
    trials: rates.map((learningRate, i) => ({
      id: `t${i + 1}`,
      parameters: { 'grpo.optimizer.learningRate': learningRate },
      config: ExperimentConfig.parse({
        evaluation: { everyUpdates: 1 },
        ...experiment,
        grpo: { updates: 2, ...(experiment as { grpo?: object }).grpo, optimizer: { learningRate } },
      }),
    })),
  };
}

function begin(input: SweepInput, { steps }: TinyWorld): Promise<WorkflowHandle> {
  harness.provide(input.sweepId, steps);
  return harness.client.workflow.start('sweep', { workflowId: input.sweepId, taskQueue: 'cpu', args: [input] });
}

async function sweep(input: SweepInput, world: TinyWorld): Promise<SweepResult> {
  return (await (await begin(input, world)).result()) as SweepResult;
}

const begun = ({ log }: TinyWorld): string[] => log.inputsOf<StartRunInput>('startRun').map(({ runId }) => runId);
const byRate = (update: number, rate: number): number => Math.round(rate * 10_000) + update;

test('runs every combination with every seed, two at a time; one that fails stops nobody; a resume runs only that', async () => {
  let running = 0;
  let most = 0;
  let broken = true;
  const world = tinySteps({
    devCorrect: byRate,
    before: async (step, input) => {
      if (step === 'startRun') most = Math.max(most, ++running);
      if (step === 'finishRun') running--;
      const { update, shard, seed, grpo } = input as {
        update: number;
        shard: unknown;
        seed: number;
        grpo?: ExperimentConfig['grpo'];
      };
      if (
        broken &&
        step === 'generateRollout' &&
        shard &&
        update === 2 &&
        seed === 2 &&
        grpo?.optimizer.learningRate === 1e-3
      )
        throw ApplicationFailure.create({ message: 'no memory', type: 'UserError' });
    },
  });
  const input = sweepOf('grid', [1e-3, 2e-3], { seeds: [1, 2], parallel: 2, priority: 2 });
  const first = await sweep(input, world);
  expect(most).toBe(2);
  expect(begun(world).slice(0, 2).sort()).toEqual(['grid-t1-s1', 'grid-t1-s2']);
  expect(first.runs.map(({ runId, status, update }) => [runId, status, update])).toEqual([
    ['grid-t1-s1', 'finished', 2],
    ['grid-t1-s2', 'failed', 1],
    ['grid-t2-s1', 'finished', 2],
    ['grid-t2-s2', 'finished', 2],
  ]);
  expect(first.runs[1]?.error).toContain('step generateRollout failed: no memory');
  expect(first).toMatchObject({ best: { trial: 't2', dev: 0.22 }, spent: { updates: 7, tokens: 70 }, exhausted: null });
  const { raw } = await harness.client.workflow.getHandle('grid-t1-s1').describe();
  expect(raw.workflowExecutionInfo?.priority?.priorityKey).toBe(2);

  broken = false;
  world.log.calls.length = 0;
  const second = await sweep(input, world);
  expect(begun(world)).toEqual(['grid-t1-s2']);
  expect(world.log.inputsOf<ExperimentInput>('startRun')[0]).toMatchObject({
    from: { runId: 'grid-t1-s2' },
    sweepId: 'grid',
  });
  // It went on from its second update.
  expect(world.log.inputsOf<{ update: number }>('generateRollout').map(({ update }) => update)).toEqual([2]);
  expect(second.runs.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished', 'finished']);

  // Seeds and values that are added are all that runs.
  world.log.calls.length = 0;
  await sweep(sweepOf('grid', [1e-3, 2e-3, 3e-3], { seeds: [1, 2, 3] }), world);
  expect(begun(world)).toEqual(['grid-t1-s3', 'grid-t2-s3', 'grid-t3-s1', 'grid-t3-s2', 'grid-t3-s3']);
  expect(world.log.inputsOf('finishSweep')).toMatchObject([{ sweepId: 'grid', status: 'finished' }]);
});

test('begins no run once the budget is spent, and goes on with a larger one', async () => {
  const world = tinySteps({ devCorrect: byRate });
  const rates = [1e-3, 2e-3, 3e-3, 4e-3];
  const result = await sweep(sweepOf('budget', rates, { method: 'random', budget: { tokens: 35 } }), world);
  expect(result).toMatchObject({ exhausted: 'tokens', spent: { tokens: 40, updates: 4 } });
  expect(result.runs.map(({ status }) => status)).toEqual(['finished', 'finished', null, null]);
  const more = await sweep(sweepOf('budget', rates, { method: 'random', budget: { tokens: 1000 } }), world);
  expect(begun(world)).toEqual(['budget-t1-s1', 'budget-t2-s1', 'budget-t3-s1', 'budget-t4-s1']);
  expect(more.exhausted).toBeNull();
});

const halving = { method: 'asha', seeds: [1, 2], asha: { minUpdates: 2, reduction: 2 }, parallel: 1 };
const halved = { grpo: { updates: 6 }, evaluation: { everyUpdates: 2 } };
const rates = [3e-3, 1e-3, 4e-3, 2e-3];

test('successive halving decides the same when its worker is killed half way, and promoted runs end like whole ones', async () => {
  const alone = tinySteps({ devCorrect: byRate });
  const undisturbed = await sweep(sweepOf('halving', rates, halving, halved), alone);
  expect(undisturbed.decisions.map(({ trial, rung, promoted }) => `${trial}@${rung}${promoted ? '+' : '-'}`)).toEqual([
    't1@2+',
    't2@2-',
    't1@4-',
    't3@2+',
    't3@4+',
    't4@2-',
  ]);
  expect(undisturbed.best).toEqual({ trial: 't3', dev: 0.46 });
  expect(undisturbed.runs.map(({ status, update }) => `${status} ${update}`)).toEqual([
    ...['stopped 4', 'stopped 4', 'stopped 2', 'stopped 2'],
    ...['finished 6', 'finished 6', 'stopped 2', 'stopped 2'],
  ]);

  const world = tinySteps({ devCorrect: byRate });
  const handle = await begin(sweepOf('disturbed', rates, halving, halved), world);
  for (const runs of [3, 7]) {
    await expect.poll(() => begun(world).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(runs);
    await harness.restartWorkers();
  }
  const result = (await handle.result()) as SweepResult;
  expect(result.decisions).toEqual(undisturbed.decisions);
  expect(result.best).toEqual(undisturbed.best);

  const whole = tinySteps({ devCorrect: byRate });
  const config = { ...halved, grpo: { updates: 6, optimizer: { learningRate: 4e-3 } }, seed: 2 };
  await harness.run('whole', whole.steps, config);
  const rows = ({ store }: TinyWorld, runId: string) =>
    [...store.run(runId).updates.values()].map((row) => ({ ...row, runId: '' }));
  expect(rows(world, 'disturbed-t3-s2')).toEqual(rows(whole, 'whole'));
}, 180_000);

test('pauses and resumes with its runs, and cancels them cleanly', async () => {
  const world = tinySteps({ before: () => new Promise((resolve) => setTimeout(resolve, 20)) });
  const input = sweepOf('held', [1e-3, 2e-3, 3e-3], { parallel: 2 }, { grpo: { updates: 30 } });
  const handle = await begin(input, world);
  await expect.poll(() => world.log.inputsOf('updatePolicy').length, { timeout: 30_000 }).toBeGreaterThan(2);
  const held = await handle.executeUpdate<SweepProgress, []>('pause');
  expect(held.runs.map(({ status }) => status)).toEqual(['paused', 'paused', null]);
  await expect(handle.executeUpdate('pause')).rejects.toMatchObject({
    cause: { message: expect.stringContaining('paused already') as string },
  });
  await expect.poll(() => world.store.run('held-t2-s1').status, { timeout: 30_000 }).toBe('paused');
  const released = await handle.executeUpdate<SweepProgress, []>('resume');
  expect(released.runs.map(({ status }) => status)).toEqual(['running', 'running', null]);
  await expect(handle.executeUpdate('resume')).rejects.toMatchObject({
    cause: { message: expect.stringContaining('not paused') as string },
  });
  await expect.poll(() => world.store.run('held-t1-s1').status, { timeout: 30_000 }).toBe('running');

  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect(world.store.run('held-t1-s1').status).toBe('cancelled');
  expect(world.store.run('held-t2-s1').status).toBe('cancelled');
  expect(world.log.inputsOf('finishSweep')).toMatchObject([
    { status: 'cancelled', result: { runs: [{ status: 'cancelled' }, { status: 'cancelled' }, { status: null }] } },
  ]);
});

test('refuses more runs than a workflow can carry', async () => {
  const world = tinySteps();
  const input = sweepOf('huge', [1e-3], { seeds: Array.from({ length: 501 }, (_, seed) => seed) });
  await expect(sweep(input, world)).rejects.toMatchObject({
    cause: { message: '1 trials with 501 seeds are 501 runs; a sweep has 500 at most' },
  });
});
