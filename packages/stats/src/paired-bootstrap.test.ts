import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairedBootstrap } from './paired-bootstrap.ts';

/** b questions only base has right, c only final, the rest both. */
function answers(b: number, c: number, both: number) {
  const list = (onlyBase: boolean, onlyFinal: boolean) =>
    [...Array(b).fill(onlyBase), ...Array(c).fill(onlyFinal), ...Array(both).fill(true)] as boolean[];
  return { baseCorrect: list(true, false), finalCorrect: list(false, true) };
}

test('agrees with the normal interval on a benchmark of usual size', () => {
  const { points, ci95 } = pairedBootstrap({ ...answers(20, 220, 338), seed: 1 });
  const n = 578;
  const gain = 200 / n;
  const half = 196 * Math.sqrt((240 / n - gain ** 2) / n);
  expect(points).toBeCloseTo(100 * gain, 10);
  expect(Math.abs(ci95[0] - (points - half))).toBeLessThan(0.3);
  expect(Math.abs(ci95[1] - (points + half))).toBeLessThan(0.3);
});

test('the same seed gives the same interval, another seed nearly the same', () => {
  const data = answers(30, 50, 120);
  const first = pairedBootstrap({ ...data, seed: 7 });
  expect(pairedBootstrap({ ...data, seed: 7 })).toEqual(first);
  const other = pairedBootstrap({ ...data, seed: 8 });
  expect(Math.abs(other.ci95[0] - first.ci95[0])).toBeLessThan(1);
  // At 10,000 resamples the ends of two seeds usually fall on the same question; at 50 they do not.
  const few = [7, 8].map((seed) => pairedBootstrap({ ...data, samples: 50, seed }).ci95);
  expect(few[0]).not.toEqual(few[1]);
});

test('the interval holds the points, turns round with the two lists and has no width where nothing differs', () => {
  const pairs = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(pairs, fc.integer(), (questions, seed) => {
      const baseCorrect = questions.map(([base]) => base);
      const finalCorrect = questions.map(([, final]) => final);
      const { points, ci95 } = pairedBootstrap({ baseCorrect, finalCorrect, samples: 400, seed });
      expect(ci95[0]).toBeLessThanOrEqual(points);
      expect(ci95[1]).toBeGreaterThanOrEqual(points);
      const turned = pairedBootstrap({ baseCorrect: finalCorrect, finalCorrect: baseCorrect, samples: 400, seed });
      expect(turned.points).toBeCloseTo(-points, 10);
      expect(turned.ci95[0]).toBeCloseTo(-ci95[1], 10);
      const same = pairedBootstrap({ baseCorrect, finalCorrect: baseCorrect, samples: 50, seed });
      expect(same).toEqual({ points: 0, ci95: [0, 0] });
    }),
    { numRuns: 50 },
  );
});

test('refuses lists that are not about the same questions', () => {
  expect(() => pairedBootstrap({ baseCorrect: [true], finalCorrect: [], seed: 1 })).toThrow(
    'Base has 1 answers, final 0',
  );
  expect(() => pairedBootstrap({ baseCorrect: [], finalCorrect: [], seed: 1 })).toThrow('at least one');
  expect(() => pairedBootstrap({ baseCorrect: [true], finalCorrect: [true], samples: 0, seed: 1 })).toThrow(
    'samples is 0',
  );
});
