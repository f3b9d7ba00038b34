/** Adapters: laws of the low-rank path, of merging, of dropout and of switching between several over one base. */

import { OptimizerConfig } from '@queryloop/contracts';
import type { Scalar } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AdamW } from './adamw.ts';
import type { NewAdapter, Policy } from './policy.ts';
import { keyedUniform } from './random.ts';
import { raggedGroups, smallPolicy, someIds } from './test-policy.ts';

let policy: Policy;
afterEach(() => policy.dispose());

const settings: NewAdapter = { rank: 4, alpha: 8, seed: 3, base: null };

/** Makes the small policy with an adapter `a` in use whose B is not zero. */
async function adapted(overrides: Partial<NewAdapter> = {}, config: Record<string, unknown> = {}): Promise<void> {
  policy = await smallPolicy(config);
  policy.addAdapter('a', { ...settings, ...overrides });
  policy.useAdapter('a');
  fill(1);
}

/** Gives the adapter in use values determined by `key`. */
function fill(key: number, size = 0.2): void {
  const count = policy.trainable.parameterCount();
  const values = Float32Array.from({ length: count }, (_, i) => size * (2 * keyedUniform([key, i]) - 1));
  const flat = policy.tf.tensor1d(values);
  policy.trainable.replaceWeights(flat);
  flat.dispose();
}

function logProbs(options = {}): number[] {
  const batch = policy.packGroups(raggedGroups);
  return Array.from(policy.tf.tidy(() => policy.forward(batch, 1, options).logProbs.dataSync()));
}

function gap(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Array.from(left).reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] as number))), 0);
}

const weights = () => policy.weightArrays().map(({ values }) => values.slice());
const lossOf = () => {
  const batch = policy.packGroups(raggedGroups);
  return (options = {}) => policy.tf.neg(policy.tf.mean(policy.forward(batch, 1, options).logProbs)) as Scalar;
};

const targetSets = fc.oneof(
  fc.constant('all-linear' as const),
  fc.subarray(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const, {
    minLength: 1,
  }),
);

describe.each([
  ['llama', {}],
  ['qwen3 with biases', { model_type: 'qwen3', head_dim: 12, attention_bias: true, tie_word_embeddings: false }],
])('%s', (_, config) => {
  it('starts as its base', async () => {
    policy = await smallPolicy(config);
    const before = logProbs();
    policy.addAdapter('a', settings);
    policy.useAdapter('a');
    expect(policy.adapter?.isFresh()).toBe(true);
    expect(logProbs()).toEqual(before);
    fill(1);
    expect(policy.adapter?.isFresh()).toBe(false);
    expect(gap(logProbs(), before)).toBeGreaterThan(1e-3);
  });

  it('gives applied what it gives merged, and the base again unmerged', async () => {
    await fc.assert(
      fc.asyncProperty(targetSets, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (targets, rank, rsLora) => {
        await adapted({ targets: targets as NewAdapter['targets'], rank, rsLora }, config);
        try {
          const before = weights();
          const applied = logProbs();
          policy.mergeAdapter();
          expect(gap(logProbs(), applied)).toBeLessThan(2e-5);
          expect(policy.trainable).toBe(policy);
          policy.unmergeAdapter();
          weights().forEach((values, i) => expect(gap(values, before[i] ?? [])).toBeLessThan(1e-6));
          expect(gap(logProbs(), applied)).toBeLessThan(2e-5);
        } finally {
          policy.dispose();
        }
      }),
      { numRuns: 12 },
    );
    policy = await smallPolicy();
  });

  it('samples with the log-probabilities the trainer computes', async () => {
    await adapted({}, config);
    const groups = [7, 1, 12].map((length, i) => ({ promptIds: someIds(length, 20 + i), samples: 3, key: [i] }));
    const generated = await policy.generate({ groups, maxTokens: 9, temperature: 1, seedKey: [5] });
    const completions = generated.map((group) => group.completions);
    const batch = policy.packGroups(
      groups.map(({ promptIds }, i) => ({ promptIds, completions: completions[i]?.map(({ ids }) => ids) ?? [] })),
    );
    const trained = policy.tf.tidy(() => policy.forward(batch, 1).logProbs.arraySync() as number[][]);
    completions.flat().forEach((completion, n) => {
      expect(gap(completion.logProbs, trained[n]?.slice(0, completion.ids.length) ?? [])).toBeLessThan(1e-5);
    });
  });

  it('has the derivative of the loss as gradient', async () => {
    await adapted({}, config);
    const { tf, trainable } = policy;
    // larger values bend the loss too much for a difference of this width
    fill(1, 0.05);
    const mean = lossOf();
    const loss = () => tf.mul(mean(), 220) as Scalar;
    const flat = tf.tidy(() => tf.concat1d(trainable.weightTensors().map((weight) => weight.flatten())));
    const gradient = new AdamW(trainable, OptimizerConfig.parse({})).gradient(() => loss()).gradient;
    for (let direction = 0; direction < 4; direction++) {
      const signs = Float32Array.from(gradient, (_value, i) => (keyedUniform([direction, i]) < 0.5 ? 1 : -1));
      const along = gradient.reduce((sum, value, i) => sum + value * (signs[i] as number), 0);
      const at = (distance: number) => {
        trainable.replaceWeights(tf.tidy(() => tf.add(flat, tf.mul(tf.tensor1d(signs), distance))));
        return tf.tidy(() => loss().dataSync()[0] as number);
      };
      const slope = (at(4e-4) - at(-4e-4)) / 8e-4;
      expect(Math.abs(slope - along)).toBeLessThan(0.01 * Math.abs(along) + 0.2);
    }
    trainable.replaceWeights(flat);
  });
});

it('trains the adapter alone', async () => {
  await adapted();
  const before = weights();
  const optimizer = new AdamW(policy.trainable, OptimizerConfig.parse({ learningRate: 0.01 }));
  expect(optimizer.bytes).toBe(8 * policy.trainable.parameterCount());
  expect(policy.trainable.parameterCount()).toBeLessThan(policy.parameterCount() / 2);
  const loss = lossOf();
  const losses = Array.from({ length: 8 }, () => optimizer.step(() => loss(), 8).loss);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.02);
  expect(weights()).toEqual(before);
  optimizer.dispose();
});

it('switches between adapters and the base', async () => {
  await adapted();
  const one = logProbs();
  policy.addAdapter('b', { ...settings, targets: ['q_proj'], rank: 2, seed: 9 });
  expect(policy.adapterNames).toEqual(['a', 'b']);
  expect(logProbs()).toEqual(one);
  policy.useAdapter('b');
  fill(2);
  const two = logProbs();
  policy.useAdapter(null);
  const none = logProbs();
  expect(policy.adapter).toBeNull();
  expect(gap(one, two)).toBeGreaterThan(1e-3);
  expect(gap(none, two)).toBeGreaterThan(1e-4);
  policy.useAdapter('a');
  expect(logProbs()).toEqual(one);
  const ofReference = (name: string | null) => {
    const batch = policy.packGroups(raggedGroups);
    return Array.from(policy.tf.tidy(() => policy.asReference(name).forward(batch, 1).logProbs.dataSync()));
  };
  expect(ofReference(null)).toEqual(none);
  expect(ofReference('b')).toEqual(two);
  expect(logProbs()).toEqual(one);
  policy.mergeAdapter();
  expect(() => policy.useAdapter('b')).toThrow('unmerge it first');
  expect(() => policy.mergeAdapter()).toThrow('merged already');
  policy.unmergeAdapter();
  expect(() => policy.unmergeAdapter()).toThrow('no adapter is merged');
  expect(() => policy.useAdapter('c')).toThrow('there are: a, b');
  expect(() => policy.addAdapter('a', settings)).toThrow('already');
});

describe('dropout', () => {
  const key = (update: number) => ({ dropoutKey: [update] });

  it('is drawn by its key: a repeated update is the same bit for bit, another one is not', async () => {
    await adapted({ dropout: 0.3 });
    const first = logProbs(key(1));
    expect(logProbs(key(1))).toEqual(first);
    expect(gap(logProbs(key(2)), first)).toBeGreaterThan(1e-4);
    expect(gap(logProbs(), first)).toBeGreaterThan(1e-4);
    const loss = lossOf();
    const optimizer = new AdamW(policy.trainable, OptimizerConfig.parse({}));
    const gradient = (update: number) => optimizer.gradient(() => loss(key(update))).gradient;
    expect(gradient(3)).toEqual(gradient(3));
    optimizer.dispose();
  });

  it('draws otherwise for another seed', async () => {
    await adapted({ dropout: 0.3 });
    const first = logProbs(key(1));
    policy.dispose();
    await adapted({ dropout: 0.3, seed: 4 });
    expect(gap(logProbs(key(1)), first)).toBeGreaterThan(1e-4);
  });

  it('keeps the mean, and leaves out the share that it says', async () => {
    policy = await smallPolicy();
    const { dropoutMask } = await import('./low-rank.ts');
    const mask = policy.tf.tidy(() => dropoutMask([400, 250], 0.2, [1, 2]).dataSync());
    const zeros = mask.filter((value) => value === 0).length / mask.length;
    expect(Math.abs(zeros - 0.2)).toBeLessThan(0.01);
    expect(mask.every((value) => value === 0 || Math.abs(value - 1.25) < 1e-6)).toBe(true);
  });
});

it('leaves no tensors behind', async () => {
  await adapted({ dropout: 0.1 });
  const optimizer = new AdamW(policy.trainable, OptimizerConfig.parse({}));
  const groups = [{ promptIds: someIds(5, 1), samples: 4, key: [1] }];
  const loss = lossOf();
  const use = async () => {
    await policy.generate({ groups, maxTokens: 6, temperature: 1, seedKey: [1] });
    await policy.score(someIds(9, 3));
    await policy.lastLogits(someIds(9, 3));
    optimizer.step(() => loss({ dropoutKey: [1] }), 3);
    policy.mergeAdapter();
    policy.unmergeAdapter();
  };
  await use();
  const before = policy.tf.memory().numTensors;
  await use();
  expect(policy.tf.memory().numTensors).toBe(before);
  optimizer.dispose();
});
