/** A run in shards: every part is computed by itself, and joined in the shards' order whichever part is ready first. */

import type {
  ComputeGradientInput,
  GenerateRolloutInput,
  MergeEvaluationsInput,
  RecordMetricsInput,
  ReduceGradientsInput,
  UpdatePolicyInput,
} from '@queryloop/contracts';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { ref } from './tiny-artifacts.ts';
import { type TinyWorld, tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

const config = {
  grpo: { updates: 3, innerIterations: 2 },
  evaluation: { everyUpdates: 2 },
  checkpoints: { everyUpdates: 10 },
  shards: 3,
};

/** Steps whose shards end after the delay that `msOf` gives. */
function delayed(msOf: (index: number) => number): TinyWorld {
  return tinySteps({
    before: async (_step, input) => {
      const { shard } = (input ?? {}) as Partial<GenerateRolloutInput>;
      if (shard) await new Promise((resolve) => setTimeout(resolve, msOf(shard.index)));
    },
  });
}

const joined = ({ log, store }: TinyWorld, runId: string): object => ({
  updates: log.inputsOf<UpdatePolicyInput>('updatePolicy'),
  reduced: log.inputsOf<ReduceGradientsInput>('reduceGradients'),
  merged: log.inputsOf<MergeEvaluationsInput>('mergeEvaluations'),
  rows: [...store.run(runId).updates.values()].map((row) => ({ ...row, runId: '' })),
});

test('the parts are joined in order, whichever ends first', async () => {
  const forth = delayed((index) => index * 40);
  const back = delayed((index) => (2 - index) * 40);
  const first = await harness.run('forth', forth.steps, config);
  const second = await harness.run('back', back.steps, config);
  expect({ ...second, runId: '', seconds: 0 }).toEqual({ ...first, runId: '', seconds: 0 });
  expect(joined(back, 'back')).toEqual(joined(forth, 'forth'));
});

test('an update takes a rollout and rewards of every shard, and a summed gradient of every inner iteration', async () => {
  const { steps, log } = tinySteps();
  const result = await harness.run('parts', steps, config);
  expect(log.inputsOf<GenerateRolloutInput>('generateRollout').map(({ update }) => update)).toEqual([
    1, 1, 1, 2, 2, 2, 3, 3, 3,
  ]);
  const updates = log.inputsOf<UpdatePolicyInput>('updatePolicy');
  expect(updates.map(({ scored, gradients }) => [scored.length, gradients.length])).toEqual([
    [3, 2],
    [3, 2],
    [3, 2],
  ]);
  const gradients = log.inputsOf<ComputeGradientInput>('computeGradient').filter(({ update }) => update === 1);
  const reduced = log.inputsOf<ReduceGradientsInput>('reduceGradients');
  expect(gradients.map(({ iteration, applied }) => [iteration, applied])).toEqual([
    ...Array.from({ length: 3 }, () => [0, []]),
    ...Array.from({ length: 3 }, () => [1, [ref('gradient', reduced[0]?.parts)]]),
  ]);
  const [, row] = log.inputsOf<RecordMetricsInput>('recordMetrics');
  expect(row).toMatchObject({ update: 1, metrics: { num_tokens: 33, reward: 0.5 } });
  expect(row?.gradients).toEqual(reduced.slice(0, 2).map(({ parts }) => ref('gradient', parts)));
  expect(updates[1]?.policy.replay).toEqual([{ scored: [], gradients: row?.gradients }]);
  // Both splits at first, dev twice, test in the end.
  expect(
    log.inputsOf<MergeEvaluationsInput>('mergeEvaluations').map(({ split, parts }) => [split, parts.length]),
  ).toEqual([
    ['dev', 3],
    ['test', 3],
    ['dev', 3],
    ['dev', 3],
    ['test', 3],
  ]);
  expect(result.tokens).toBe(99);
});

test('a pause drops all parts, and a resume repeats those that were not done', async () => {
  const world = delayed(() => 60);
  const handle = await harness.start('held', world.steps, config);
  await expect.poll(() => world.log.inputsOf('computeGradient').length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await handle.executeUpdate('pause')).toMatchObject({ paused: true });
  await handle.executeUpdate('resume');
  const whole = tinySteps();
  await harness.run('unheld', whole.steps, config);
  await handle.result();
  const rows = ({ store }: TinyWorld, runId: string) =>
    [...store.run(runId).updates.values()].map((row) => ({ ...row, runId: '' }));
  expect(rows(world, 'held')).toEqual(rows(whole, 'unheld'));
});

test('the first shard that fails for good fails the run', async () => {
  const world = tinySteps({
    before: async (step, input) => {
      if (step !== 'generateRollout') return;
      if ((input as GenerateRolloutInput).shard.index === 1)
        throw ApplicationFailure.create({ message: 'no', type: 'UserError' });
    },
  });
  await expect(harness.run('failing', world.steps, config)).rejects.toThrow();
  expect(world.store.run('failing').error).toContain('step generateRollout failed: no');
});
