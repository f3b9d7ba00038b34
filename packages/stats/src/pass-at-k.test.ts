import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passAtK } from './pass-at-k.ts';

test.each([
  [10, 3, 5, 0.9166666666666666],
  [16, 1, 4, 0.25],
  [16, 16, 1, 1],
  [200, 3, 10, 0.14330744632252168],
  [8, 0, 8, 0],
])('n = %i, c = %i, k = %i', (n, c, k, expected) => {
  expect(passAtK(n, c, k)).toBeCloseTo(expected, 12);
});

test('pass@1 is the share of right ones, and more tries never hurt', () => {
  const counts = fc
    .integer({ min: 2, max: 300 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 2, max: n })));
  fc.assert(
    fc.property(counts, ([n, c, k]) => {
      expect(passAtK(n, c, 1)).toBeCloseTo(c / n, 10);
      expect(passAtK(n, c, k)).toBeGreaterThanOrEqual(passAtK(n, c, k - 1) - 1e-12);
    }),
  );
});

test('refuses more tries than completions', () => {
  expect(() => passAtK(4, 1, 5)).toThrow('k is 5; expected a whole number from 0 to 4');
  expect(() => passAtK(4, 1, 0)).toThrow('k is 0');
});
