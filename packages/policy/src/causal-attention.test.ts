/** Long prompts, whose attention is computed in tiles, have the log-probabilities and gradients of sequences that are read at once. */
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { smallPolicy, someIds } from './test-policy.ts';

it.each([
  ['begin differently', 0],
  ['begin alike', 230],
])('gives completions of long prompts that %s what the whole sequence gives', async (_, alike) => {
  const policy = await smallPolicy({ max_position_embeddings: 800 });
  const { tf } = policy;
  // one tile and a bit, several, and a short one beside them
  const groups = [197, 500, 30].map((length, i) => ({
    promptIds: [...someIds(alike, 59), ...someIds(length, 60 + i)],
    completions: [someIds(4, 70 + i)],
  }));
  const sequences = groups.map(({ promptIds, completions: [ids = []] }) => ({
    promptIds: promptIds.slice(0, 1),
    completions: [[...promptIds.slice(1), ...ids]],
  }));
  expect(policy.packGroups(groups).prompts.common?.ids.length ?? 0).toBe(alike);
  const run = (given: typeof groups) => {
    const batch = policy.packGroups(given);
    const last = (logProbs: Tensor) =>
      batch.lengths.map((length, n) => tf.slice(logProbs, [n, length - 4], [1, 4])) as Tensor[];
    const loss = () => {
      const parts = last(policy.forward(batch, 1).logProbs);
      return tf.sum(tf.mul(tf.concat(parts, 0), tf.tensor2d([[1], [-2], [3]]))) as Scalar;
    };
    const logProbs = tf.tidy(() => tf.concat(last(policy.forward(batch, 1).logProbs), 0).dataSync());
    const { value, grads } = tf.engine().gradients(loss, policy.weightTensors());
    return { logProbs, values: [value, ...grads].map((t) => t.dataSync() as Float32Array) };
  };
  const [tiled, whole] = [run(groups), run(sequences)];
  tiled.logProbs.forEach((logProb, i) => {
    expect(Math.abs(logProb - (whole.logProbs[i] as number))).toBeLessThan(1e-5);
  });
  tiled.values.forEach((values, i) => {
    const scale = Math.max(1e-3, ...values.map(Math.abs));
    values.forEach((value, j) => {
      expect(Math.abs(value - (whole.values[i]?.[j] as number))).toBeLessThan(1e-4 * scale);
    });
  });
  policy.dispose();
});
