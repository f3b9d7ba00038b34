import { expect, test } from 'vitest';
import { mean, standardError, tInterval } from './seeds.ts';

test.each([
  { values: [77, 71, 72], error: 1.855921454276674, interval: [65.3479478218892, 81.31871884477745] },
  { values: [41.3, 38.1, 48.1, 50], error: 2.8039778292038378, interval: [35.451491117352816, 53.298508882647184] },
])('$values: SciPy’s standard error and interval', ({ values, error, interval }) => {
  expect(standardError(values)).toBeCloseTo(error, 12);
  expect(tInterval(values)).toEqual(interval.map((end) => expect.closeTo(end, 9)));
});

test.each([
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [5, 2.5705818356363146],
  [10, 2.228138851986274],
  [30, 2.0422724563012378],
  [99, 1.9842169515864174],
])('Student’s quantile with %i degrees of freedom', (degrees, quantile) => {
  const values = Array.from({ length: degrees + 1 }, (_, i) => i);
  const [low, high] = tInterval(values);
  expect((high - low) / 2 / standardError(values)).toBeCloseTo(quantile, 9);
});

test('refuses too few values', () => {
  expect(mean([4])).toBe(4);
  expect(() => mean([])).toThrow('no values');
  expect(() => standardError([4])).toThrow('expected at least 2');
});
