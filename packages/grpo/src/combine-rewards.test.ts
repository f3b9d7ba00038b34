import { expect, test } from 'vitest';
import { combineRewards } from './combine-rewards.ts';

test('weighs and sums, leaving out functions that could not score a completion', () => {
  const scores = { exact: [1, 0, null, null], partial: [0.5, null, 0.25, null] };
  expect(combineRewards({ scores, weights: { exact: 10, partial: 2 } })).toEqual([11, 0, 0.5, null]);
});

test('refuses unequal lengths, unknown names and numbers that are not finite', () => {
  const exact = [1, 0];
  expect(() => combineRewards({ scores: { exact, partial: [1] }, weights: { exact: 1, partial: 1 } })).toThrow(
    '"partial" scored 1 completions; expected 2',
  );
  expect(() => combineRewards({ scores: { exact }, weights: {} })).toThrow('Weight of reward "exact" is undefined');
  expect(() => combineRewards({ scores: { exact }, weights: { exact: 1, exat: 1 } })).toThrow(
    '"exat" scored no completions',
  );
  expect(() => combineRewards({ scores: { exact: [Number.NaN, 0] }, weights: { exact: 1 } })).toThrow(
    '"exact" of completion 0 is NaN',
  );
});
