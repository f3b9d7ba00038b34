/** Laws of the policy: grouping changes nothing, the sampler agrees with the trainer, gradients are derivatives. */
import type { Scalar } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from './policy.ts';
import { tidy } from './tensorflow.ts';
import { raggedGroups, smallPolicy, someIds } from './test-policy.ts';

function gap(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Array.from(left).reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] as number))), 0);
}

describe.each([
  ['grouped-query attention, tied head', {}],
  ['biases, untied head', { model_type: 'qwen2', tie_word_embeddings: false, num_key_value_heads: 4 }],
  ['head norms, all biases', { model_type: 'qwen3', head_dim: 12, attention_bias: true }],
  ['a window in one layer', { model_type: 'qwen2', use_sliding_window: true, sliding_window: 6, max_window_layers: 1 }],
  ['a window in all layers', { model_type: 'mistral', sliding_window: 4 }],
  ['feed-forward biases, yarn', { attention_bias: true, mlp_bias: true, rope_scaling: { type: 'yarn', factor: 4 } }],
])('%s', (_, overrides) => {
  let policy: Policy;
  beforeAll(async () => {
    policy = await smallPolicy(overrides);
  });
  afterAll(() => policy.dispose());

  /** Rows of logProbs [N, Tc] cut to each completion's length. */
  function logProbsOf(groups: typeof raggedGroups, temperature: number): number[][] {
    const batch = policy.packGroups(groups);
    const flat = policy.tf.tidy(() => policy.forward(batch, temperature).logProbs.dataSync());
    return batch.lengths.map((length, n) => Array.from(flat.slice(n * batch.maxTokens, n * batch.maxTokens + length)));
  }

  it('gives grouped completions the log-probabilities of their whole sequences', async () => {
    const grouped = logProbsOf(raggedGroups, 1);
    const sequences = raggedGroups.flatMap(({ promptIds, completions }) =>
      completions.map((ids) => ({ promptIds, ids })),
    );
    for (const [n, { promptIds, ids }] of sequences.entries()) {
      const whole = await policy.score([...promptIds, ...ids]);
      expect(gap(grouped[n] ?? [], whole.slice(promptIds.length - 1))).toBeLessThan(1e-5);
    }
  });

  it('holds zeros at padding', () => {
    const batch = policy.packGroups(raggedGroups);
    const { logProbs, entropy } = tidy(() => {
      const result = policy.forward(batch, 1);
      return { logProbs: result.logProbs.dataSync(), entropy: result.entropy.dataSync() };
    });
    batch.mask.forEach((on, place) => {
      if (on) expect(entropy[place]).toBeGreaterThan(0);
      else expect(Math.abs(logProbs[place] as number) + Math.abs(entropy[place] as number)).toBe(0);
    });
  });

  it.each([1, 0.7])(
    'samples with the log-probabilities the trainer computes, at temperature %d',
    async (temperature) => {
      const groups = [7, 1, 12].map((length, i) => ({ promptIds: someIds(length, 20 + i), samples: 3 + i, key: [i] }));
      const generated = await policy.generate({ groups, maxTokens: 9, temperature, seedKey: [5] });
      const trained = logProbsOf(
        groups.map(({ promptIds }, i) => ({
          promptIds,
          completions: (generated[i]?.completions ?? []).map(({ ids }) => ids),
        })),
        temperature,
      );
      const sampled = generated.flatMap(({ completions }) => completions.map(({ logProbs }) => logProbs));
      expect(sampled).toHaveLength(12);
      for (const [n, logProbs] of sampled.entries()) expect(gap(logProbs, trained[n] ?? [])).toBeLessThan(1e-5);
    },
  );

  it('has the derivative of the loss as gradient', () => {
    const { tf } = policy;
    const batch = policy.packGroups(raggedGroups);
    const weights = tf.tidy(() =>
      tf.randomUniform([batch.completionCount, batch.maxTokens], -1, 1, 'float32', 3).arraySync(),
    ) as number[][];
    const loss = () =>
      tf.tidy(() => {
        const { logProbs, entropy } = policy.forward(batch, 0.8);
        return tf.sum(tf.add(tf.mul(logProbs, tf.tensor2d(weights)), tf.mul(entropy, 0.3))) as Scalar;
      });
    const parameters = policy.weightTensors();
    const flat = tf.tidy(() => tf.concat1d(parameters.map((weight) => weight.flatten())));
    const gradient = tf
      .tidy(() =>
        tf.concat1d(
          tf
            .engine()
            .gradients(loss, parameters)
            .grads.map((g) => g.flatten()),
        ),
      )
      .dataSync() as Float32Array;
    // Along directions of ±1 on every weight: a central difference is accurate to about 1e-3 in float32.
    for (let direction = 0; direction < 4; direction++) {
      const signs = Float32Array.from(gradient, (_value, i) => (someSign(direction, i) ? 1 : -1));
      const along = gradient.reduce((sum, value, i) => sum + value * (signs[i] as number), 0);
      const at = (distance: number) => {
        policy.replaceWeights(tf.tidy(() => tf.add(flat, tf.mul(tf.tensor1d(signs), distance))));
        return tf.tidy(() => loss().dataSync()[0] as number);
      };
      const slope = (at(2e-4) - at(-2e-4)) / 4e-4;
      expect(Math.abs(slope - along)).toBeLessThan(0.01 * Math.abs(along) + 0.05);
    }
    policy.replaceWeights(flat);
  });

  it('leaves no tensors behind', async () => {
    const groups = [{ promptIds: someIds(5, 1), samples: 4, key: [1] }];
    const use = async () => {
      await policy.generate({ groups, maxTokens: 6, temperature: 1, seedKey: [1] });
      await policy.score(someIds(9, 3));
      await policy.lastLogits(someIds(9, 3));
    };
    await use();
    const before = policy.tf.memory().numTensors;
    await use();
    expect(policy.tf.memory().numTensors).toBe(before);
  });
});

it('samples beyond the original context of dynamic rotary scaling with the log-probabilities the trainer computes', async () => {
  const policy = await smallPolicy({
    max_position_embeddings: 8,
    rope_scaling: { type: 'dynamic', factor: 6 },
  });
  const groups = [5, 12, 20].map((length, i) => ({ promptIds: someIds(length, 40 + i), samples: 2, key: [i] }));
  const generated = await policy.generate({ groups, maxTokens: 9, temperature: 1, seedKey: [5] });
  const completions = generated.map((group) => group.completions.map(({ ids }) => ids));
  const batch = policy.packGroups(groups.map(({ promptIds }, i) => ({ promptIds, completions: completions[i] ?? [] })));
  const trained = policy.tf.tidy(() => policy.forward(batch, 1).logProbs.arraySync() as number[][]);
  generated
    .flatMap((group) => group.completions)
    .forEach(({ logProbs }, n) => {
      expect(gap(logProbs, trained[n]?.slice(0, logProbs.length) ?? [])).toBeLessThan(1e-5);
    });
});

function someSign(direction: number, i: number): boolean {
  return (someIds(1, 77, direction, i)[0] ?? 0) < 250;
}

it('computes logits in pieces when there are too many, with the same gradient', async () => {
  const policy = await smallPolicy();
  const { tf } = policy;
  const { tokenLogProbs } = await import('./token-log-probs.ts');
  const hidden = tf.randomNormal([50, 32], 0, 1, 'float32', 1) as never;
  const head = policy.weightTensors()[0] as never;
  const targets = Int32Array.from(someIds(50, 4));
  const run = (limit?: number) => {
    const { value, grads } = tf
      .engine()
      .gradients(
        () => tf.sum(tf.square(tokenLogProbs(hidden, head, targets, 0.9, { limit }))) as Scalar,
        [hidden, head],
      );
    return [value, ...grads].map((t) => t.dataSync() as Float32Array);
  };
  const whole = run();
  const pieces = run(7 * 512);
  whole.forEach((values, i) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(gap(values, pieces[i] ?? [])).toBeLessThan(1e-5 * scale);
  });
  policy.dispose();
});
