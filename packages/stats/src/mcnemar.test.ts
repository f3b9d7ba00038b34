import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactMcNemar } from './mcnemar.ts';

test.each([
  [10, 2, 0.03857421875],
  [0, 0, 1],
  [1, 0, 1],
  [5, 5, 1],
  [3, 40, 3.0213413992896676e-9],
  [150, 40, 3.5861356867767237e-16],
  [20, 220, 9.106916946901511e-44],
  [700, 600, 0.0060157938610449395],
])('b = %i, c = %i gives SciPy’s binomial p', (b, c, p) => {
  expect(exactMcNemar(b, c) / p).toBeCloseTo(1, 9);
});

test('is a symmetric p that falls as the sides move apart', () => {
  const count = fc.integer({ min: 0, max: 800 });
  fc.assert(
    fc.property(count, count, (b, c) => {
      const p = exactMcNemar(b, c);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(exactMcNemar(c, b)).toBe(p);
      if (b > 0 && b <= c) expect(exactMcNemar(b - 1, c + 1)).toBeLessThanOrEqual(p);
    }),
  );
});

test('refuses what cannot be counted', () => {
  expect(() => exactMcNemar(-1, 2)).toThrow('b is -1');
  expect(() => exactMcNemar(1, Number.NaN)).toThrow('c is NaN');
});
