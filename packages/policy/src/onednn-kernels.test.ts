/** Products and softmax by the kernels called by name are those of arithmetic, for every shape that the decoder or tfjs may ask for. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadTensorflow, type TF } from './tensorflow.ts';
import { someIds } from './test-policy.ts';

let tf: TF;
beforeAll(async () => {
  tf = await loadTensorflow();
});

/** Values within ±1, determined by the key. */
function values(count: number, key: number): number[] {
  return someIds(count, 90, key).map((id) => id / 250 - 1);
}

const side = fc.integer({ min: 1, max: 40 });

it('multiplies as arithmetic does, whichever side is transposed', () => {
  fc.assert(
    fc.property(
      fc.record({
        batch: fc.integer({ min: 0, max: 3 }),
        m: side,
        k: side,
        n: side,
        ta: fc.boolean(),
        tb: fc.boolean(),
      }),
      ({ batch, m, k, n, ta, tb }) => {
        const copies = Math.max(1, batch);
        const lead = batch === 0 ? [] : [batch];
        const [a, b] = [values(copies * m * k, 1), values(copies * k * n, 2)];
        const product = tf.tidy(() =>
          tf
            .matMul(
              tf.tensor(a, [...lead, ...(ta ? [k, m] : [m, k])]),
              tf.tensor(b, [...lead, ...(tb ? [n, k] : [k, n])]),
              ta,
              tb,
            )
            .dataSync(),
        );
        for (let c = 0; c < copies; c++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let l = 0; l < k; l++) {
                const left = a[c * m * k + (ta ? l * m + i : i * k + l)] as number;
                const right = b[c * k * n + (tb ? j * k + l : l * n + j)] as number;
                sum += left * right;
              }
              expect(Math.abs((product[(c * m + i) * n + j] as number) - sum)).toBeLessThan(1e-4);
            }
      },
    ),
    { numRuns: 60 },
  );
});

it('shares one matrix among a batch, and takes empty ones', () => {
  const product = tf.tidy(() => tf.matMul(tf.ones([3, 2, 4]), tf.ones([1, 4, 5])));
  expect(product.shape).toEqual([3, 2, 5]);
  expect(new Set(product.dataSync())).toEqual(new Set([4]));
  expect(tf.matMul(tf.zeros([0, 4]), tf.ones([4, 5])).shape).toEqual([0, 5]);
  expect(Array.from(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync())).toEqual([0, 0, 0, 0]);
});

it('gives the softmax of rows, hidden entries 0', () => {
  const rows = [[0, Math.log(3), -1e9], values(3, 3)];
  const weights = tf.tidy(() => tf.softmax(tf.tensor2d(rows)).arraySync()) as number[][];
  rows.forEach((row, i) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    row.forEach((value, j) => {
      expect(weights[i]?.[j]).toBeCloseTo(Math.exp(value) / total, 6);
    });
  });
  expect(weights[0]?.[2]).toBe(0);
});
