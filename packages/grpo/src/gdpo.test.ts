import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeAdvantages } from './advantages.ts';
import { batchAdvantages } from './batch-advantages.ts';
import { gdpoAdvantages } from './gdpo.ts';

const closeTo = (values: readonly number[], digits = 6) => values.map((value) => expect.closeTo(value, digits));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Rewards of completions that all count. */
const all = (scores: readonly (readonly unknown[])[]) => scores.map((group) => group.map(() => 0));

test('tells apart what the sum of rewards does not: the example of the paper', () => {
  // Two binary rewards, two completions: one got (0, 1) points in all, the other (0, 2).
  const first = [
    [0, 1],
    [0, 1],
  ];
  const second = [
    [0, 0],
    [0, 1],
  ];
  const sums = first.map((group, g) => group.map((score, i) => score + (second[g]?.[i] ?? 0)));
  const grpo = computeAdvantages({ rewards: sums, scaleRewards: 'group' }).advantages;
  expect(grpo[0]).toEqual(closeTo([-Math.SQRT1_2, Math.SQRT1_2], 3));
  expect(grpo[1]).toEqual(closeTo([-Math.SQRT1_2, Math.SQRT1_2], 3));
  const { advantages } = gdpoAdvantages({ rewards: all(first), weights: [1, 1], scores: [first, second] });
  // −0.7071, 0.7071 and −1.4142, 1.4142 before the batch is normalised: its variance is (0.5 + 0.5 + 2 + 2) / 3.
  const batch = Math.sqrt(5 / 3);
  expect(advantages[0]).toEqual(closeTo([-Math.SQRT1_2 / batch, Math.SQRT1_2 / batch], 3));
  expect(advantages[1]).toEqual(closeTo([-Math.SQRT2 / batch, Math.SQRT2 / batch], 3));
});

test('one function gives GRPO’s advantages, divided by their deviation over the batch', () => {
  const scores = [
    [1, 0, 0.5],
    [3, 3, 9],
  ];
  const grpo = computeAdvantages({ rewards: scores, scaleRewards: 'group' }).advantages.flat();
  const deviation = Math.sqrt(sum(grpo.map((value) => value ** 2)) / 5) + 1e-4;
  const { advantages } = gdpoAdvantages({ rewards: scores, weights: [1], scores: [scores] });
  expect(advantages.flat()).toEqual(closeTo(grpo.map((value) => value / deviation)));
});

test('groups without a signal get exactly 0: flat in every function, cancelled out, or with one score', () => {
  const scores = [
    [
      [5, 5],
      [1, 0],
      [2, null],
      [1, 0],
    ],
    [
      [0.1 + 0.2, 0.3],
      [0, 1],
      [null, 1],
      [1, 0],
    ],
  ];
  const rewards = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  const { advantages, zeroStd } = gdpoAdvantages({ rewards, weights: [1, 1], scores });
  expect(zeroStd).toEqual([true, true, true, false]);
  expect(advantages.slice(0, 3)).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect(advantages[3]?.[0]).toBeGreaterThan(0);
});

test('a batch without any signal, and one without any score, give 0', () => {
  const flat = { rewards: [[1, 1]], weights: [1], scores: [[[1, 1]]] };
  expect(gdpoAdvantages(flat)).toEqual({ advantages: [[0, 0]], zeroStd: [true] });
  const none = { rewards: [[null, null]], weights: [1], scores: [[[null, null]]] };
  expect(gdpoAdvantages(none)).toEqual({ advantages: [[0, 0]], zeroStd: [true] });
  expect(gdpoAdvantages({ rewards: [], weights: [1], scores: [[]] })).toEqual({ advantages: [], zeroStd: [] });
});

const score = fc.double({ min: -10, max: 10, noNaN: true });
const batches = fc
  .record({
    functions: fc.integer({ min: 1, max: 3 }),
    groups: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ functions, groups }) => {
    const table = <T>(cell: fc.Arbitrary<T>) =>
      fc.tuple(...groups.map((size) => fc.array(cell, { minLength: size, maxLength: size })));
    return fc.record({
      scores: fc.array(table(fc.option(score, { freq: 5 })), { minLength: functions, maxLength: functions }),
      rewards: table(fc.option(fc.constant(0), { freq: 5 })),
      weights: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: functions, maxLength: functions }),
    });
  });

test('sums to 0 in a group, and leaves out what has no reward', () => {
  fc.assert(
    fc.property(batches, ({ scores, rewards, weights }) => {
      const { advantages, zeroStd } = gdpoAdvantages({ rewards, weights, scores });
      advantages.forEach((group, g) => {
        expect(Math.abs(sum(group))).toBeLessThan(1e-6 * (1 + sum(group.map(Math.abs))));
        rewards[g]?.forEach((reward, i) => reward === null && expect(group[i]).toBe(0));
        if (zeroStd[g]) expect(group.every((value) => value === 0)).toBe(true);
      });
      const hidden = scores.map((own) =>
        own.map((group, g) => group.map((each, i) => (rewards[g]?.[i] === null ? 1e6 : each))),
      );
      expect(gdpoAdvantages({ rewards, weights, scores: hidden }).advantages).toEqual(advantages);
    }),
  );
});

test('a batch is combined as it says', () => {
  const rewards = [[2, 0]];
  const gdpo = { weights: [1, 1], scores: [[[1, 0]], [[1, 0]]] };
  expect(batchAdvantages({ rewards, scaleRewards: 'none' }).advantages).toEqual([[1, -1]]);
  expect(batchAdvantages({ rewards, scaleRewards: 'group', gdpo })).toEqual(gdpoAdvantages({ rewards, ...gdpo }));
  expect(() => gdpoAdvantages({ rewards, weights: [1], scores: [] })).toThrow(RangeError);
});
