/** AdamW: the published update rule, resumable bit for bit, repeatable across processes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OptimizerConfig } from '@queryloop/contracts';
import type { Scalar } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { AdamW } from './adamw.ts';
import { learningRateAt } from './learning-rate.ts';
import { Policy } from './policy.ts';
import { raggedGroups, smallPolicy } from './test-policy.ts';

function lossOf(policy: Policy): () => Scalar {
  const batch = policy.packGroups(raggedGroups);
  return () => policy.tf.neg(policy.tf.mean(policy.forward(batch, 1).logProbs)) as Scalar;
}

function valuesOf(policy: Policy): number[] {
  return policy.weightArrays().flatMap(({ values }) => Array.from(values));
}

it('follows the update rule of the paper', async () => {
  const policy = await smallPolicy();
  const config = OptimizerConfig.parse({ learningRate: 0.01, weightDecay: 0.1, maxGradNorm: 0.5 });
  const optimizer = new AdamW(policy, config);
  const loss = lossOf(policy);
  const decays = policy.weightSpecs.flatMap(({ shape }) =>
    new Array<boolean>(shape.reduce((a, b) => a * b, 1)).fill(shape.length > 1),
  );
  let weights = valuesOf(policy);
  const m = weights.map(() => 0);
  const v = weights.map(() => 0);
  for (let step = 1; step <= 3; step++) {
    const gradient = Array.from(
      policy.tf.tidy(() =>
        policy.tf
          .concat1d(
            policy.tf
              .engine()
              .gradients(loss, policy.weightTensors())
              .grads.map((g) => g.flatten()),
          )
          .dataSync(),
      ),
    );
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    weights = weights.map((weight, i) => {
      const g = ((gradient[i] as number) * Math.min(1, 0.5 / norm)) as number;
      m[i] = 0.9 * (m[i] as number) + 0.1 * g;
      v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
      const change = (m[i] as number) / (1 - 0.9 ** step) / (Math.sqrt((v[i] as number) / (1 - 0.999 ** step)) + 1e-8);
      return weight * (decays[i] ? 1 - 0.01 * 0.1 : 1) - 0.01 * change;
    });
    const result = optimizer.step(loss, 10);
    expect(result.gradNorm).toBeCloseTo(norm, 4);
    expect(result.learningRate).toBe(0.01);
    const largest = valuesOf(policy).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (weights[i] as number))),
      0,
    );
    expect(largest).toBeLessThan(2e-4);
    weights = valuesOf(policy);
  }
  policy.dispose();
});

it('resumes as if it had never stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'optimizer-'));
  const config = OptimizerConfig.parse({ schedule: 'cosine', warmupSteps: 2 });
  const policy = await smallPolicy();
  const optimizer = new AdamW(policy, config);
  const loss = lossOf(policy);
  for (let step = 0; step < 3; step++) optimizer.step(loss, 6);
  await policy.save(folder);
  await optimizer.save(folder);
  const uninterrupted = [1, 2, 3].map(() => optimizer.step(loss, 6));

  const loaded = await Policy.load(folder);
  const resumed = new AdamW(loaded, config);
  await resumed.load(folder);
  expect(resumed.steps).toBe(3);
  const again = lossOf(loaded);
  expect([1, 2, 3].map(() => resumed.step(again, 6))).toEqual(uninterrupted);
  expect(valuesOf(loaded)).toEqual(valuesOf(policy));

  const other = await smallPolicy({ num_hidden_layers: 3 });
  await expect(new AdamW(other, config).load(folder)).rejects.toThrow('missing');
  await rm(folder, { recursive: true });
});

it('adds up the gradients of micro-batches', async () => {
  const config = OptimizerConfig.parse({});
  const [whole, split] = [await smallPolicy(), await smallPolicy()];
  const sumOf = (policy: Policy, groups: typeof raggedGroups) => {
    const batch = policy.packGroups(groups);
    return () => policy.tf.neg(policy.tf.sum(policy.forward(batch, 1).logProbs)) as Scalar;
  };
  const one = new AdamW(whole, config).step(sumOf(whole, raggedGroups), 1);
  const parts = raggedGroups.map((group) => sumOf(split, [group]));
  const many = new AdamW(split, config).stepAccumulated(parts, 1);
  expect(many.loss).toBeCloseTo(one.loss, 2);
  expect(many.gradNorm / one.gradNorm).toBeCloseTo(1, 5);
});

it('steps down a gradient computed elsewhere as down its own, bit for bit', async () => {
  const config = OptimizerConfig.parse({ learningRate: 0.01, schedule: 'linear', maxGradNorm: 0.5 });
  const [own, given] = [await smallPolicy(), await smallPolicy()];
  const [ownOptimizer, givenOptimizer] = [new AdamW(own, config), new AdamW(given, config)];
  for (let step = 0; step < 3; step++) {
    const { loss, gradient } = givenOptimizer.gradient(lossOf(given));
    const expected = ownOptimizer.step(lossOf(own), 5);
    expect({ loss, ...givenOptimizer.applyGradient(gradient, 5) }).toEqual(expected);
    expect(valuesOf(given)).toEqual(valuesOf(own));
  }
  expect(() => givenOptimizer.applyGradient(new Float32Array(3), 5)).toThrow('a gradient of 3 values');
  const diverging = () => given.tf.mul(lossOf(given)(), Number.NaN) as Scalar;
  expect(() => givenOptimizer.gradient(diverging)).toThrow('training diverged');
  expect(givenOptimizer.steps).toBe(3);
});

it('refuses a gradient that is not finite and changes nothing', async () => {
  const policy = await smallPolicy();
  const optimizer = new AdamW(policy, OptimizerConfig.parse({}));
  const before = valuesOf(policy);
  const loss = lossOf(policy);
  expect(() => optimizer.step(() => policy.tf.mul(loss(), Number.NaN) as Scalar, 1)).toThrow('training diverged');
  expect(valuesOf(policy)).toEqual(before);
  expect(optimizer.steps).toBe(0);
});

it('leaves no tensors behind', async () => {
  const policy = await smallPolicy();
  const optimizer = new AdamW(policy, OptimizerConfig.parse({}));
  const loss = lossOf(policy);
  optimizer.step(loss, 3);
  const before = policy.tf.memory().numTensors;
  optimizer.step(loss, 3);
  optimizer.applyGradient(optimizer.gradient(loss).gradient, 3);
  expect(policy.tf.memory().numTensors).toBe(before);
});

it('trains to the same bits in another process', async () => {
  const script = fileURLToPath(new URL('train-and-hash.ts', import.meta.url));
  const run = async () => (await promisify(execFile)(process.execPath, [script])).stdout;
  const [first, second] = await Promise.all([run(), run()]);
  expect(first).toMatch(/^[0-9a-f]{64}\n$/);
  expect(second).toBe(first);
});

it('warms up from 0, then falls as the schedule says', () => {
  const rates = (schedule: OptimizerConfig['schedule']) => {
    const config = OptimizerConfig.parse({ learningRate: 1, warmupSteps: 2, schedule });
    return [1, 2, 3, 4, 5, 6].map((step) => learningRateAt(step, 6, config));
  };
  expect(rates('constant')).toEqual([0.5, 1, 1, 1, 1, 1]);
  expect(rates('linear')).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25]);
  expect(rates('cosine')[4]).toBeCloseTo(0.5, 12);
});
