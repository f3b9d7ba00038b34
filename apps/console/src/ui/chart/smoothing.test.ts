import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smooth } from './smoothing.ts';

const series = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 60 })
  .map((ys) => ys.map((y, x): [number, number] => [x, y]));
const weight = fc.double({ min: 0.05, max: 0.99, noNaN: true });

test('a weight of nothing changes nothing', () => {
  const points: [number, number][] = [
    [0, 1],
    [1, 5],
    [2, 2],
  ];
  expect(smooth(points, 0)).toEqual(points);
});

test('a constant stays itself from its first point on', () => {
  fc.assert(
    fc.property(weight, fc.integer({ min: -100, max: 100 }), (kept, y) => {
      for (const [, value] of smooth(
        Array.from({ length: 30 }, (_, x) => [x, y]),
        kept,
      ))
        expect(value).toBeCloseTo(y, 9);
    }),
  );
});

test('stays within the values so far, and keeps every x', () => {
  fc.assert(
    fc.property(series, weight, (points, kept) => {
      smooth(points, kept).forEach(([x, y], index) => {
        const seen = points.slice(0, index + 1).map(([, value]) => value);
        expect(x).toBe(points[index]?.[0]);
        expect(y).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
        expect(y).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
      });
    }),
  );
});

test('more weight is smoother', () => {
  const saw = Array.from({ length: 200 }, (_, x): [number, number] => [x, x % 2]);
  const roughness = (kept: number) =>
    smooth(saw, kept).reduce((sum, [, y], index, all) => sum + Math.abs(y - (all[index - 1]?.[1] ?? y)), 0);
  const rough = [0, 0.3, 0.6, 0.9].map(roughness);
  expect(rough).toEqual(rough.toSorted((left, right) => right - left));
  expect(rough[3]).toBeLessThan((rough[0] as number) / 5);
});
