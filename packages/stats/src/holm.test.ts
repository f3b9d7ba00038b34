import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from './holm.ts';

// statsmodels.stats.multitest.multipletests(…, method='holm').
test.each([
  { p: [0.01, 0.04, 0.03, 0.005, 0.5], adjusted: [0.04, 0.09, 0.09, 0.025, 0.5] },
  { p: [0.02, 0.02, 0.02, 0.9], adjusted: [0.08, 0.08, 0.08, 0.9] },
  { p: [0.3], adjusted: [0.3] },
  { p: [], adjusted: [] },
])('$p: statsmodels’ adjusted values', ({ p, adjusted }) => {
  expect(holm(p)).toEqual(adjusted.map((value) => expect.closeTo(value, 12) as number));
});

test('keeps the order, never helps, and lies between no correction and Bonferroni', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (p) => {
      const adjusted = holm(p);
      for (const [i, value] of adjusted.entries()) {
        expect(value).toBeGreaterThanOrEqual(p[i] as number);
        expect(value).toBeLessThanOrEqual(Math.min(1, p.length * (p[i] as number)));
        for (const [j, other] of adjusted.entries())
          if ((p[i] as number) <= (p[j] as number)) expect(value).toBeLessThanOrEqual(other);
      }
      expect(holm([...p].reverse())).toEqual([...adjusted].reverse());
    }),
  );
});

test('refuses what is no probability', () => {
  expect(() => holm([0.1, 1.2])).toThrow('p is 1.2');
  expect(() => holm([Number.NaN])).toThrow('p is NaN');
});
