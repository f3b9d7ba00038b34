/** Keyed random numbers: functions of their key, uniform, and unrelated between neighbouring keys. */
import { expect, it } from 'vitest';
import { keyedStream, keyedUniform } from './random.ts';

it('depends on every part of the key and on nothing else', () => {
  expect(keyedUniform([1, 2, 3])).toBe(keyedUniform([1, 2, 3]));
  const keys = [
    [1, 2, 3],
    [1, 3, 2],
    [1, 2],
    [1, 2, 3, 0],
    [0, 1, 2, 3],
    [-1, 2, 3],
    [1 + 2 ** 40, 2, 3],
    [1 + 2 ** 41, 2, 3],
  ];
  expect(new Set(keys.map(keyedUniform)).size).toBe(keys.length);
  expect(keyedStream([1, 2])(3)).toBe(keyedUniform([1, 2, 3]));
  expect(() => keyedUniform([0.5])).toThrow('integers');
});

it('is uniform, and uncorrelated between neighbours in each place of the key', () => {
  const count = 20_000;
  for (const key of [(i: number) => [i, 5, 7], (i: number) => [1, i, 7], (i: number) => [1, 5, i]]) {
    const draws = Array.from({ length: count }, (_, i) => keyedUniform(key(i)));
    const buckets = new Array<number>(16).fill(0);
    let product = 0;
    draws.forEach((draw, i) => {
      buckets[Math.floor(draw * 16)] = (buckets[Math.floor(draw * 16)] as number) + 1;
      product += (draw - 0.5) * ((draws[(i + 1) % count] as number) - 0.5);
    });
    const chiSquare = buckets.reduce((sum, seen) => sum + (seen - count / 16) ** 2 / (count / 16), 0);
    // 99.9 % points: chi-square with 15 degrees of freedom; correlation of 20,000 pairs.
    expect(chiSquare).toBeLessThan(37.7);
    expect(Math.abs(product / count / (1 / 12))).toBeLessThan(3.3 / Math.sqrt(count));
  }
});
