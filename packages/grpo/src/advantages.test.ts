import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeAdvantages } from './advantages.ts';

const reward = fc.double({ min: -100, max: 1000, noNaN: true });
const groups = fc.array(fc.array(fc.option(reward), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
const scaleRewards = fc.constantFrom('group' as const, 'batch' as const, 'none' as const);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

test('advantages of a group sum to 0, follow the order of its rewards and ignore null', () => {
  fc.assert(
    fc.property(groups, scaleRewards, (rewards, scale) => {
      const { advantages } = computeAdvantages({ rewards, scaleRewards: scale });
      advantages.forEach((group, g) => {
        const size = Math.max(...group.map(Math.abs));
        expect(Math.abs(sum(group))).toBeLessThanOrEqual(1e-9 * (1 + size * group.length));
        const own = rewards[g]!;
        own.forEach((r, i) => {
          if (r === null) expect(group[i]).toBe(0);
          else
            for (const [j, other] of own.entries())
              if (other !== null && r >= other) expect(group[i]).toBeGreaterThanOrEqual(group[j]!);
        });
      });
    }),
  );
});

test('a null reward changes nothing for the others', () => {
  const rewards = [[1, 0, 0.5]];
  const { advantages } = computeAdvantages({ rewards, scaleRewards: 'group' });
  const withNull = computeAdvantages({ rewards: [[1, null, 0, 0.5]], scaleRewards: 'group' }).advantages;
  expect(withNull[0]).toEqual([advantages[0]![0], 0, advantages[0]![1], advantages[0]![2]]);
});

test.each(['group', 'batch', 'none'] as const)('equal rewards give exactly 0 with scale %s', (scale) => {
  const third = 0.1 + 0.2;
  const { advantages, zeroStd } = computeAdvantages({
    rewards: [[0.3, third, 0.3], [7, null], [null, null], [5], [1, 0]],
    scaleRewards: scale,
  });
  expect(zeroStd).toEqual([true, true, true, true, false]);
  expect(advantages.slice(0, 4)).toEqual([[0, 0, 0], [0, 0], [0, 0], [0]]);
});

test('divides by the standard deviation of the group, of the batch, or not at all', () => {
  const rewards = [
    [2, 0],
    [10, 0],
  ];
  const of = (scale: 'group' | 'batch' | 'none') =>
    computeAdvantages({ rewards, scaleRewards: scale }).advantages.map((g) => g[0]!);
  expect(of('none')).toEqual([1, 5]);
  expect(of('group')).toEqual([1 / (Math.SQRT2 + 1e-4), 5 / (Math.sqrt(50) + 1e-4)]);
  const batch = Math.sqrt((1 + 9 + 49 + 9) / 3) + 1e-4;
  expect(of('batch')[0]).toBeCloseTo(1 / batch, 12);
  expect(of('batch')[1]).toBeCloseTo(5 / batch, 12);
});

test('refuses NaN, infinity and empty groups', () => {
  const compute = (rewards: (number | null)[][]) => () => computeAdvantages({ rewards, scaleRewards: 'group' });
  expect(
    compute([
      [1, 2],
      [0, Number.NaN],
    ]),
  ).toThrow('Reward of completion 1 of group 1 is NaN');
  expect(compute([[Number.POSITIVE_INFINITY, 1]])).toThrow('Infinity');
  expect(compute([[1, 2], []])).toThrow('Group 1 has no completions');
});
