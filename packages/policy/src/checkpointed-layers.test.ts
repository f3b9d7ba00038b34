/** Gradient checkpointing gives the loss and the gradient of a pass that keeps everything, bit for bit, and keeps less. */
import type { Scalar } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ForwardOptions } from './forward-pass.ts';
import type { PackedGroup } from './group-batch.ts';
import type { Policy } from './policy.ts';
import { keyedUniform } from './random.ts';
import { raggedGroups, smallPolicy, someIds } from './test-policy.ts';

let policy: Policy;
afterEach(() => policy.dispose());

const schema = someIds(40, 1);
const batches: Record<string, PackedGroup[]> = {
  'groups of unequal lengths': raggedGroups,
  'prompts that begin alike': [7, 0, 12].map((length, g) => ({
    promptIds: [...schema, ...someIds(length, 2, g), 9],
    completions: Array.from({ length: 1 + (g % 2) }, (_, c) => someIds(2 + 3 * c + g, 3, g, c)),
  })),
  'equal prompts': [1, 2].map((g) => ({ promptIds: [...schema, 9], completions: [someIds(6, 3, g)] })),
  'a prompt of several tiles': [{ promptIds: someIds(400, 7), completions: [someIds(6, 3), someIds(9, 4)] }],
  'prompts of one token': [{ promptIds: [3], completions: [someIds(6, 3), someIds(2, 4)] }],
};
const architectures: Record<string, Record<string, unknown>> = {
  llama: {},
  'sliding windows': { model_type: 'mistral', sliding_window: 16 },
  'qwen3 with biases': { model_type: 'qwen3', head_dim: 12, attention_bias: true, tie_word_embeddings: false },
};

async function opened(config: Record<string, unknown>, lora: boolean): Promise<void> {
  policy = await smallPolicy({ max_position_embeddings: 512, num_hidden_layers: 3, ...config });
  if (!lora) return;
  policy.addAdapter('a', { rank: 4, alpha: 8, dropout: 0.2, seed: 3, base: null });
  policy.useAdapter('a');
  const length = policy.trainable.parameterCount();
  const flat = policy.tf.tensor1d(Array.from({ length }, (_, i) => 0.4 * keyedUniform([1, i]) - 0.2));
  policy.trainable.replaceWeights(flat);
  flat.dispose();
}

function lossOf(groups: readonly PackedGroup[], options: ForwardOptions): () => Scalar {
  const { tf } = policy;
  const batch = policy.packGroups(groups);
  return () => {
    const { logProbs, entropy } = policy.forward(batch, 0.9, { dropoutKey: [1, 2], ...options });
    return tf.add(tf.sum(tf.square(logProbs)), tf.sum(entropy)) as Scalar;
  };
}

/** The loss and the gradient of every trained weight. */
function gradients(groups: readonly PackedGroup[], options: ForwardOptions): Record<string, number[]> {
  const { tf } = policy;
  const { weightSpecs } = policy.trainable;
  return tf.tidy(() => {
    const { value, grads } = tf.engine().gradients(lossOf(groups, options), policy.trainable.weightTensors());
    const valuesOf = grads.map((t) => Array.from(t.dataSync()));
    return {
      loss: Array.from(value.dataSync()),
      ...Object.fromEntries(weightSpecs.map(({ name }, i) => [name, valuesOf[i]])),
    };
  }) as unknown as Record<string, number[]>;
}

describe.each([
  ['all weights', false],
  ['LoRA with dropout', true],
])('%s', (_, lora) => {
  it.each(Object.keys(architectures))('have the same gradients: %s', async (name) => {
    await opened(architectures[name] ?? {}, lora);
    for (const groups of Object.values(batches)) {
      const kept = gradients(groups, {});
      expect(Object.values(kept).every((values) => values.some((value) => value !== 0))).toBe(true);
      for (const checkpointedLayers of [2, 3]) expect(gradients(groups, { checkpointedLayers })).toEqual(kept);
    }
  });
});

it('has the same gradients for any groups', async () => {
  await opened({}, false);
  const shapes = fc.array(
    fc.record({
      prompt: fc.integer({ min: 1, max: 50 }),
      lengths: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(shapes, fc.nat(1000), (drawn, key) => {
      const groups = drawn.map(({ prompt, lengths }, g) => ({
        promptIds: someIds(prompt, key, g),
        completions: lengths.map((length, c) => someIds(length, key, g, c)),
      }));
      fc.pre(groups.some(({ completions }) => completions.some((ids) => ids.length > 0)));
      expect(gradients(groups, { checkpointedLayers: 3 })).toEqual(gradients(groups, {}));
    }),
    { numRuns: 10 },
  );
});

it('keeps less for the gradient, and leaves no tensors behind', async () => {
  await opened({ num_hidden_layers: 8 }, true);
  const { tf } = policy;
  // Rotary tables are made at first use, and kept.
  gradients(raggedGroups, {});
  /** Most bytes of tensors that live when an operation of the backward pass ends. */
  const peakBytes = async (checkpointedLayers: number) => {
    const before = tf.memory();
    const profile = await tf.profile(() => {
      gradients(raggedGroups, { checkpointedLayers });
      return tf.scalar(0);
    });
    tf.dispose(profile.result);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    return profile.peakBytes - before.numBytes;
  };
  const [all, half, none] = [await peakBytes(8), await peakBytes(4), await peakBytes(0)];
  expect(all).toBeLessThan(0.5 * none);
  expect(half).toBeLessThan(0.8 * none);
  expect(half).toBeGreaterThan(all);
});

it('frees each layer of a pass without a gradient', async () => {
  await opened({}, false);
  const { tf } = policy;
  const batch = policy.packGroups(raggedGroups);
  const passes = [0, 3].map((checkpointedLayers) =>
    tf.tidy(() => {
      const values = Array.from(policy.forward(batch, 1, { checkpointedLayers }).logProbs.dataSync());
      return { values, tensors: tf.memory().numTensors } as never as import('@tensorflow/tfjs').Tensor;
    }),
  ) as unknown as { values: number[]; tensors: number }[];
  const [kept, freed] = passes;
  expect(freed?.values).toEqual(kept?.values);
  expect(freed?.tensors).toBeLessThan((kept?.tensors ?? 0) / 2);
});
