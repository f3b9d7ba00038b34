import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accuracyInterval } from './accuracy-interval.ts';
import { keyedUniform } from './keyed-random.ts';
import type { Side } from './side.ts';
import { wilsonInterval } from './wilson.ts';

/** Runs of `questions` answers, each right with the probability of its run. */
const drawn = (rates: readonly number[], questions: number, key = 1): Side => ({
  seeds: rates.map((_, run) => run + 1),
  correct: rates.map((rate, run) =>
    Uint8Array.from({ length: questions }, (_, question) => Number(keyedUniform(key, run, `q${question}`) < rate)),
  ),
});

test('with one seed it is Wilson’s interval', () => {
  const one: Side = { seeds: [7], correct: [Uint8Array.from({ length: 50 }, (_, i) => Number(i < 40))] };
  const [low, high] = wilsonInterval(40, 50);
  expect(accuracyInterval(one, { key: 1 })).toEqual({ accuracy: 80, ci95: [100 * low, 100 * high] });
});

test('with seeds that agree it is about as wide as over questions alone, with seeds that do not it is wider', () => {
  const width = (side: Side): number => {
    const [low, high] = accuracyInterval(side, { key: 1, samples: 2_000 }).ci95;
    return high - low;
  };
  const run = drawn([0.7], 400).correct[0] as Uint8Array;
  const agree = width({ seeds: [1, 2, 3], correct: [run, run, run] });
  const [low, high] = wilsonInterval(
    run.reduce((sum, right) => sum + right, 0),
    400,
  );
  expect(agree).toBeCloseTo(100 * (high - low), 0);
  expect(width(drawn([0.5, 0.7, 0.9], 400))).toBeGreaterThan(3 * agree);
});

test('all right, or none, still leaves room for chance', () => {
  const all: Side = { seeds: [1, 2], correct: [new Uint8Array(20).fill(1), new Uint8Array(20).fill(1)] };
  expect(accuracyInterval(all, { key: 1 })).toEqual({ accuracy: 100, ci95: [100 * wilsonInterval(20, 20)[0], 100] });
});

test('it holds the accuracy, lies within 0 and 100, and does not depend on the order of seeds', () => {
  const rates = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 99 }), (of, questions, key) => {
      const side = drawn(of, questions, key);
      const found = accuracyInterval(side, { key, samples: 200 });
      const [low, high] = found.ci95;
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(100);
      expect(low).toBeLessThanOrEqual(found.accuracy + 1e-9);
      expect(high).toBeGreaterThanOrEqual(found.accuracy - 1e-9);
      const reversed = { seeds: side.seeds.toReversed(), correct: side.correct.toReversed() };
      expect(accuracyInterval(reversed, { key, samples: 200 }).ci95).toEqual(found.ci95);
    }),
    { numRuns: 50 },
  );
});
