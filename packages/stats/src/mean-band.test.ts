import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanBand, type Point } from './mean-band.ts';

const curve = fc
  .uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 20 })
  .chain((xs) =>
    fc.tuple(...xs.toSorted((left, right) => left - right).map((x) => fc.tuple(fc.constant(x), fc.integer()))),
  );

test('curves with the same x are averaged point by point', () => {
  const [first, second] = meanBand([
    [
      [1, 1],
      [2, 4],
    ],
    [
      [1, 3],
      [2, 4],
    ],
  ]);
  expect(first).toEqual({ x: 1, mean: 2, error: 1, n: 2 });
  expect(second).toEqual({ x: 2, mean: 4, error: 0, n: 2 });
});

test('a curve counts between its ends only, on the line between its points', () => {
  const band = meanBand([
    [
      [0, 0],
      [10, 10],
    ],
    [
      [5, 15],
      [10, 20],
      [15, 1],
    ],
  ]);
  expect(band.map(({ x, mean, n }) => [x, mean, n])).toEqual([
    [0, 0, 1],
    [5, 10, 2],
    [10, 15, 2],
    [15, 1, 1],
  ]);
  expect(band[0]?.error).toBeNull();
});

test('the mean lies within the curves, and of one curve is that curve', () => {
  fc.assert(
    fc.property(fc.array(curve, { maxLength: 5 }), (curves) => {
      for (const { x, mean, error } of meanBand(curves)) {
        const values = curves.flatMap((points: readonly Point[]) => points.map(([, y]) => y));
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        expect(error === null || error >= 0).toBe(true);
        expect(curves.some((points: readonly Point[]) => points.some(([at]) => at === x))).toBe(true);
      }
      const [only = []] = curves;
      expect(meanBand([only]).map((point) => [point.x, point.mean])).toEqual(only.map(([x, y]) => [x, y]));
    }),
  );
});
