import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeAdvantages } from './advantages.ts';
import { turnAdvantages } from './turn-advantages.ts';

test('first turns are compared with first turns, later ones with what there was after as many', () => {
  const { advantages, zeroStd } = turnAdvantages({
    rewards: [[1, 1, 0]],
    // the first failed before it was right
    turnRewards: [[[-0.5], [], []]],
    scaleRewards: 'none',
  });
  const after = (...rewards: number[]) => computeAdvantages({ rewards: [rewards], scaleRewards: 'none' }).advantages[0];
  const first = after(-0.5, 1, 0) ?? [];
  const last = after(1, 1, 0) ?? [];
  expect(advantages).toEqual([[[first[0], last[0]], [first[1]], [first[2]]]]);
  expect(advantages[0]?.[0]?.[0]).toBeLessThan(0);
  expect(advantages[0]?.[0]?.[1]).toBeGreaterThan(0);
  expect(zeroStd).toEqual([false]);
});

test('a group that ended equal still teaches by its first turns', () => {
  const input = { rewards: [[1, 1]], turnRewards: [[[-0.5], []]], scaleRewards: 'group' } as const;
  const { advantages, zeroStd } = turnAdvantages(input);
  expect(zeroStd).toEqual([false]);
  expect(advantages[0]?.[0]?.[1]).toBe(0);
  expect(turnAdvantages({ ...input, turnRewards: [[[1], []]] }).zeroStd).toEqual([true]);
});

test('a completion that is not learned from is out of all turns', () => {
  const { advantages } = turnAdvantages({
    rewards: [[1, null, 0]],
    turnRewards: [[[], [5, 5], []]],
    scaleRewards: 'group',
  });
  expect(advantages[0]?.[1]).toEqual([0, 0, 0]);
  expect(advantages[0]?.[0]).toEqual(
    computeAdvantages({ rewards: [[1, 0]], scaleRewards: 'group' }).advantages[0]?.slice(0, 1),
  );
});

test('without earlier turns they are GRPO’s advantages', () => {
  const reward = fc.option(fc.integer({ min: -4, max: 4 }), { nil: null, freq: 5 });
  const groups = fc.array(fc.array(reward, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(groups, fc.constantFrom('group', 'batch', 'none'), (rewards, scaleRewards) => {
      const turnRewards = rewards.map((group) => group.map(() => []));
      const { advantages, zeroStd } = turnAdvantages({ rewards, turnRewards, scaleRewards });
      const expected = computeAdvantages({ rewards, scaleRewards });
      expect(advantages.map((group) => group.map((turns) => turns.at(-1)))).toEqual(expected.advantages);
      expect(zeroStd).toEqual(expected.zeroStd);
    }),
  );
});
