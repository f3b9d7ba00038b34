import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downsampleMinMax } from './downsample.ts';

// Minus zero equals zero, so which of them is kept does not matter.
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => double + 0);
const series = fc.array(value, { maxLength: 400 });
const most = fc.integer({ min: 4, max: 100 });

test('a series that fits stays whole', () => {
  expect(downsampleMinMax([3, 1, 2], 4)).toEqual([0, 1, 2]);
  expect(downsampleMinMax([], 4)).toEqual([]);
});

test('one spike among thousands of equal values is kept, wherever it is', () => {
  for (const at of [0, 1, 2499, 4998, 4999]) {
    const values = new Float64Array(5000);
    values[at] = at % 2 === 0 ? 1 : -1;
    expect(downsampleMinMax(values, 100)).toContain(at);
  }
});

test('keeps ends and both extremes, in order, within the limit', () => {
  fc.assert(
    fc.property(series, most, (values, limit) => {
      const kept = downsampleMinMax(values, limit);
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect(kept).toEqual([...new Set(kept)].toSorted((left, right) => left - right));
      if (values.length === 0) return;
      expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1]);
      const left = kept.map((index) => values[index] as number);
      expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...values), Math.max(...values)]);
    }),
  );
});

test('no value lies outside what is kept around it: a drawn line covers the range of every bucket', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 101, maxLength: 400 }), (values) => {
      const limit = 22;
      const buckets = (limit - 2) / 2;
      const kept = downsampleMinMax(values, limit);
      for (let bucket = 0; bucket < buckets; bucket++) {
        const start = Math.floor((bucket * values.length) / buckets);
        const end = Math.floor(((bucket + 1) * values.length) / buckets);
        const all = values.slice(start, end);
        const left = kept.filter((index) => index >= start && index < end).map((index) => values[index] as number);
        expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...all), Math.max(...all)]);
      }
    }),
  );
});

test('gives the same every time, and what is kept is not thinned further', () => {
  fc.assert(
    fc.property(series, most, (values, limit) => {
      const kept = downsampleMinMax(values, limit);
      expect(downsampleMinMax(values, limit)).toEqual(kept);
      const left = kept.map((index) => values[index] as number);
      expect(downsampleMinMax(left, limit)).toEqual(left.map((_, index) => index));
    }),
  );
});

test.each([3, 4.5, Number.NaN])('a limit of %s is refused', (limit) => {
  expect(() => downsampleMinMax([1], limit)).toThrow(`most is ${limit}`);
});
