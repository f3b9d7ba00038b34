import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapSeeds } from './bootstrap-seeds.ts';
import { compareSides, judge, questionsWon, type SideComparison } from './compare-sides.ts';
import { keyedUniform } from './keyed-random.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';
import type { Side } from './side.ts';

const answers = (text: string): Uint8Array => Uint8Array.from(text, Number);
const side = (runs: Record<number, string>): Side => ({
  seeds: Object.keys(runs).map(Number),
  correct: Object.values(runs).map(answers),
});

test('with one seed a side it is McNemar’s test and the bootstrap over questions', () => {
  const base = side({ 1: '1'.repeat(60) + '0'.repeat(140) });
  const final = side({ 1: `${'1'.repeat(50)}${'0'.repeat(10)}${'1'.repeat(40)}${'0'.repeat(100)}` });
  const comparison = compareSides({ base, final }, { key: 1 });
  expect(comparison).toMatchObject({ won: 40, lost: 10, seedsToDecide: null, paired: true });
  expect(comparison.points).toBeCloseTo(15, 10);
  // SciPy: stats.binomtest(10, 50).pvalue.
  expect(comparison.mcnemarP).toBeCloseTo(2.3861331676755526e-5, 12);
  const toBooleans = ({ correct: [run] }: Side): boolean[] => Array.from(run as Uint8Array, Boolean);
  const plain = pairedBootstrap({ baseCorrect: toBooleans(base), finalCorrect: toBooleans(final), seed: 1 });
  for (const end of [0, 1] as const) expect(Math.abs(comparison.ci95[end] - plain.ci95[end])).toBeLessThan(0.6);
});

test('seeds that disagree leave a difference undecided that is clear for every one of them', () => {
  const base = side({ 1: `${'1'.repeat(100)}${'0'.repeat(100)}`, 2: `${'1'.repeat(100)}${'0'.repeat(100)}` });
  const final = side({ 1: `${'1'.repeat(180)}${'0'.repeat(20)}`, 2: `${'1'.repeat(120)}${'0'.repeat(80)}` });
  const comparison = compareSides({ base, final }, { key: 1 });
  const [judged] = judge([{ comparison, seeds: 2 }]);
  expect(judged).toMatchObject({ verdict: 'undecided', paired: true });
  expect(judged?.holmP).toBeLessThan(1e-6);
  // Differences 40 and 10: effect 25, deviation 21.2; statsmodels gives 7.8 seeds.
  expect(judged).toMatchObject({ seedsToDecide: 8, seedsNeeded: 6 });
});

test('a question counts once however many seeds, and an unequal number of seeds favours nobody', () => {
  const base = side({ 1: '1100', 2: '1010', 3: '1111' });
  expect(questionsWon(base, side({ 1: '0111', 2: '0010', 3: '1110' }))).toEqual({ won: 1, lost: 1 });
  // Of base only seed 2 takes part: the other side has no other.
  expect(questionsWon(base, side({ 2: '0110' }))).toEqual({ won: 1, lost: 1 });
  expect(questionsWon(base, side({ 9: '1110' }))).toEqual({ won: 1, lost: 0 });
});

const sidePair = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 }))
  .chain(([baseSeeds, finalSeeds, questions]) => {
    const run = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: questions, maxLength: questions });
    const runs = (count: number) => fc.array(run, { minLength: count, maxLength: count });
    return fc.tuple(runs(baseSeeds), runs(finalSeeds), fc.integer({ min: 0, max: 100 }));
  })
  .map(([base, final, key]) => {
    const sideOf = (runs: number[][]): Side => ({
      seeds: runs.map((_, i) => i + 1),
      correct: runs.map((run) => Uint8Array.from(run)),
    });
    return { base: sideOf(base), final: sideOf(final), key };
  });

test('the points are the difference of means, whatever the order of seeds; nothing differs from itself', () => {
  fc.assert(
    fc.property(sidePair, ({ base, final, key }) => {
      const options = { samples: 200, key };
      const comparison = compareSides({ base, final }, options);
      const share = ({ correct }: Side): number =>
        correct.flatMap((run) => [...run]).reduce((sum, right) => sum + right, 0) /
        (correct.length * (correct[0]?.length ?? 0));
      expect(comparison.points).toBeCloseTo(100 * (share(final) - share(base)), 9);
      expect(comparison.ci95[0]).toBeLessThanOrEqual(comparison.ci95[1]);
      const reversed = ({ seeds, correct }: Side): Side => ({
        seeds: [...seeds].reverse(),
        correct: [...correct].reverse(),
      });
      expect(compareSides({ base: reversed(base), final: reversed(final) }, options)).toEqual(comparison);
      const same = compareSides({ base, final: base }, options);
      expect(same).toMatchObject({ points: 0, won: 0, lost: 0, mcnemarP: 1 });
      expect(same.ci95).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
      if (comparison.paired) {
        const turned = compareSides({ base: final, final: base }, options);
        expect(turned.ci95).toEqual([expect.closeTo(-comparison.ci95[1], 9), expect.closeTo(-comparison.ci95[0], 9)]);
        expect(turned).toMatchObject({ won: comparison.lost, lost: comparison.won, mcnemarP: comparison.mcnemarP });
      }
    }),
    { numRuns: 60 },
  );
});

test('sides that are equal but for their seeds are told apart in at most 5 % of cases', () => {
  const trials = 150;
  const questions = 80;
  let missed = 0;
  for (let trial = 0; trial < trials; trial++) {
    const uniform = (name: string): number => keyedUniform(7, trial, name);
    // A question's difficulty and a run's luck shift the chance of a right answer together.
    const run = (name: string): Uint8Array => {
      const luck = 0.3 * (uniform(`${name} luck`) - 0.5);
      return Uint8Array.from({ length: questions }, (_, q) =>
        Number(uniform(`${name} question ${q}`) < uniform(`difficulty ${q}`) + luck),
      );
    };
    const runs = (name: string): Uint8Array[] => [1, 2, 3].map((seed) => run(`${name} ${seed}`));
    const { ci95 } = bootstrapSeeds(
      { base: { seeds: [1, 2, 3], correct: runs('base') }, final: { seeds: [4, 5, 6], correct: runs('final') } },
      { samples: 200, key: trial },
    );
    if (ci95[0] > 0 || ci95[1] < 0) missed++;
  }
  expect(missed / trials).toBeLessThanOrEqual(0.05);
});

test('verdicts: Holm takes all comparisons together, and both rules must agree', () => {
  const comparison = (mcnemarP: number, ci95: [number, number]): SideComparison => ({
    points: (ci95[0] + ci95[1]) / 2,
    ci95,
    mcnemarP,
    won: 0,
    lost: 0,
    paired: true,
    seedsToDecide: 5,
  });
  const clear = comparison(0.001, [1, 5]);
  const close = comparison(0.03, [0.5, 5]);
  const verdicts = (list: SideComparison[]) =>
    judge(list.map((one) => ({ comparison: one, seeds: 3 }))).map(({ verdict, seedsNeeded }) => [verdict, seedsNeeded]);
  expect(verdicts([close])).toEqual([['better', 0]]);
  expect(verdicts([close, clear, comparison(0.8, [-3, 4])])).toEqual([
    ['undecided', 2],
    ['better', 0],
    ['undecided', 2],
  ]);
  expect(verdicts([comparison(0.001, [-5, -1]), comparison(0.001, [-5, 1])])).toEqual([
    ['worse', 0],
    ['undecided', 2],
  ]);
});

test('refuses sides that are not about the same questions or have a seed twice', () => {
  const one = side({ 1: '10' });
  expect(() => compareSides({ base: one, final: side({ 1: '101' }) }, { key: 1 })).toThrow(
    'Base has 2 answers, final 3',
  );
  expect(() =>
    compareSides({ base: { seeds: [1, 1], correct: [answers('1'), answers('0')] }, final: one }, { key: 1 }),
  ).toThrow('expected one run of each');
  expect(() => compareSides({ base: { seeds: [], correct: [] }, final: one }, { key: 1 })).toThrow('at least one');
});
