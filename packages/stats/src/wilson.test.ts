import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.ts';

test.each([
  [0, 10, 0, 0.27753279986288926],
  [10, 10, 0.7224672001371109, 1],
  [1, 3, 0.06149194472039626, 0.7923403991979523],
  [447, 578, 0.737485908390703, 0.805617363487662],
])('%i of %i is SciPy’s interval', (correct, n, low, high) => {
  const interval = wilsonInterval(correct, n);
  expect(interval[0]).toBeCloseTo(low, 12);
  expect(interval[1]).toBeCloseTo(high, 12);
});

test('holds the share, stays in [0, 1] and mirrors', () => {
  const counts = fc
    .integer({ min: 1, max: 2000 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  fc.assert(
    fc.property(counts, ([correct, n]) => {
      const [low, high] = wilsonInterval(correct, n);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(correct / n);
      expect(high).toBeGreaterThanOrEqual(correct / n);
      expect(high).toBeLessThanOrEqual(1);
      const [mirrorLow, mirrorHigh] = wilsonInterval(n - correct, n);
      expect([1 - mirrorHigh, 1 - mirrorLow]).toEqual([expect.closeTo(low, 12), expect.closeTo(high, 12)]);
    }),
  );
});

test('knows nothing without observations and refuses what cannot be counted', () => {
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  expect(() => wilsonInterval(3, 2)).toThrow('correct is 3; expected a whole number from 0 to 2');
  expect(() => wilsonInterval(0.5, 2)).toThrow('correct is 0.5');
});
