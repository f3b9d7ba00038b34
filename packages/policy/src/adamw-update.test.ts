/** Pieces of the vectors are stepped as the whole is, bit for bit. The rule itself is tested in adamw.test.ts. */
import type { Tensor1D } from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { adamwUpdate } from './adamw-update.ts';
import { keyedUniform } from './random.ts';
import { loadTensorflow, tensorflow } from './tensorflow.ts';

const total = 1003;
const numbers = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, learningRate: 0.01, step: 3 };

beforeAll(() => loadTensorflow());

function vector(key: number, from: (uniform: number) => number): Tensor1D {
  return tensorflow().tensor1d(Array.from({ length: total }, (_, i) => from(keyedUniform([key, i]))));
}

it.each([
  ['decay, clipped', 0.1, 0.3],
  ['no decay, not clipped', 0, 1],
])('%s', (_, weightDecay, clip) => {
  const vectors = {
    weights: vector(1, (u) => u - 0.5),
    gradient: vector(2, (u) => 3 * u - 1),
    first: vector(3, (u) => u - 0.5),
    second: vector(4, (u) => u * u),
    decays: weightDecay > 0 ? vector(5, (u) => (u < 0.7 ? 1 : 0)) : null,
  };
  const updated = (pieceSize?: number) =>
    adamwUpdate(vectors, { ...numbers, weightDecay, clip }, pieceSize).map((tensor) => Array.from(tensor.dataSync()));
  const whole = updated();
  expect(whole[0]).not.toEqual(Array.from(vectors.weights.dataSync()));
  for (const pieceSize of [1, 64, 1002, 1003]) expect(updated(pieceSize)).toEqual(whole);
});
