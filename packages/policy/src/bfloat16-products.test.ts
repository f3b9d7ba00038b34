/** Products in bfloat16 differ from float32 by what its eight bits of precision allow, forward and in gradients; small ones not at all. */
import type { Tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { bfloat16Product, gains, useBfloat16 } from './bfloat16-products.ts';
import { loadTensorflow, type TF } from './tensorflow.ts';

let tf: TF;
beforeAll(async () => {
  tf = await loadTensorflow({ threads: 2 });
});

/** Half of the last place of 1.xxxxxxx: what rounding to bfloat16 changes a value by, at most. */
const rounding = 2 ** -8;

/** ‖a − b‖ / ‖b‖. */
function relativeError(a: Tensor, b: Tensor): number {
  return tf.tidy(() => tf.div(tf.norm(tf.sub(a, b)), tf.norm(b)).dataSync()[0] as number);
}

it('multiplies matrices and batches as float32 does, but for the rounding', () => {
  const side = fc.integer({ min: 1, max: 24 });
  fc.assert(
    fc.property(
      side,
      side,
      side,
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      fc.boolean(),
      (m, k, n, batch, transposeA, transposeB) => {
        tf.tidy(() => {
          const lead = batch === 0 ? [] : [batch];
          const a = tf.randomNormal([...lead, ...(transposeA ? [k, m] : [m, k])], 0, 1, 'float32', m);
          const b = tf.randomNormal([...lead, ...(transposeB ? [n, k] : [k, n])], 0, 1, 'float32', n);
          const product = bfloat16Product(tf.backend() as never, a, b, { transposeA, transposeB });
          const exact = tf.matMul(a, b, transposeA, transposeB);
          expect(product.shape).toEqual(exact.shape);
          expect(product.dtype).toBe('float32');
          // each of the k products has two rounded factors, the sum is rounded once
          const bound = tf.mul(tf.matMul(tf.abs(a), tf.abs(b), transposeA, transposeB), 3 * rounding);
          expect(tf.all(tf.lessEqual(tf.abs(tf.sub(product, exact)), bound)).dataSync()[0]).toBe(1);
        });
      },
    ),
    { numRuns: 50 },
  );
});

it('frees what it makes on the way', () => {
  const [a, b] = [tf.ones([512, 512]), tf.ones([512, 512])];
  const before = tf.memory().numTensors;
  // TensorFlow's own tensors, which tfjs does not count, are found by their weight: 200 × 3 × half a megabyte
  const bytes = process.memoryUsage().rss;
  for (let i = 0; i < 200; i++)
    bfloat16Product(tf.backend() as never, a, b, { transposeA: false, transposeB: false }).dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(process.memoryUsage().rss - bytes).toBeLessThan(150e6);
  tf.dispose([a, b]);
});

it('is for wide matrices of many rows only', () => {
  const plain = { transposeA: false, transposeB: false };
  const worth = (m: number, k: number, n: number) => gains(tf.zeros([m, k]), tf.zeros([k, n]), plain);
  expect(worth(4096, 2048, 2048)).toBe(true);
  expect(worth(16, 2048, 2048)).toBe(false);
  expect(worth(4096, 64, 4096)).toBe(false);
  expect(gains(tf.zeros([2048, 4096]), tf.zeros([1024, 2048]), { transposeA: true, transposeB: true })).toBe(true);
});

it('takes over products and their gradients, and leaves the small ones bit for bit', () => {
  const [x, w] = [tf.randomNormal([2048, 1024], 0, 1, 'float32', 1), tf.randomNormal([1024, 1024], 0, 1, 'float32', 2)];
  const [s, t] = [tf.randomNormal([8, 16], 0, 1, 'float32', 3), tf.randomNormal([16, 8], 0, 1, 'float32', 4)];
  const compute = (): Tensor[] =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads((a, b) => tf.sum(tf.square(tf.matMul(a as never, b as never))))([x, w]);
      return [tf.matMul(x as never, w as never), ...grads, value, tf.matMul(s as never, t as never)];
    });
  const exact = compute();
  useBfloat16(tf);
  const rounded = compute();
  for (const i of [0, 1, 2]) {
    const error = relativeError(rounded[i] as Tensor, exact[i] as Tensor);
    expect(error).toBeGreaterThan(rounding / 8);
    expect(error).toBeLessThan(2 * rounding);
  }
  expect(rounded[4]?.dataSync()).toEqual(exact[4]?.dataSync());
});
