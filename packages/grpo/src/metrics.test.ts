import { expect, test } from 'vitest';
import { completionMetrics, executionMetrics, rewardMetrics, samplerLogProbGap } from './metrics.ts';

test('reward metrics leave out what was not scored', () => {
  const rewards = [
    [1, 0, null],
    [1, 1, 1],
  ];
  const metrics = rewardMetrics({
    rewards,
    zeroStd: [false, true],
    scores: { exact: [2, 0, null, 2, 2, 2], style: [null, null] },
  });
  expect(metrics).toEqual({
    reward: 0.8,
    reward_std: expect.closeTo(Math.sqrt(0.2), 12),
    frac_reward_zero_std: 0.5,
    'rewards/exact/mean': 1.6,
    'rewards/exact/std': expect.closeTo(Math.sqrt(0.8), 12),
  });
  expect(rewardMetrics({ rewards: [[null]], zeroStd: [true] })).toEqual({ frac_reward_zero_std: 1 });
  expect(() => rewardMetrics({ rewards, zeroStd: [true] })).toThrow('zeroStd is of 1 groups');
});

test('completion metrics', () => {
  const completions = [
    { length: 4, truncated: false },
    { length: 8, truncated: false },
    { length: 48, truncated: true },
  ];
  expect(completionMetrics(completions)).toEqual({
    'completions/mean_length': 20,
    'completions/min_length': 4,
    'completions/max_length': 48,
    'completions/clipped_ratio': expect.closeTo(1 / 3, 12),
    'completions/mean_terminated_length': 6,
  });
  expect(completionMetrics([{ length: 48, truncated: true }])['completions/mean_terminated_length']).toBe(0);
});

test('execution shares', () => {
  const metrics = executionMetrics(['ok', 'ok', 'wrong', 'timeout']);
  expect(metrics).toEqual({
    'execution/ok': 0.5,
    'execution/wrong': 0.25,
    'execution/error': 0,
    'execution/timeout': 0.25,
    'execution/empty': 0,
  });
});

test('the sampler gap is the largest over unmasked tokens, and NaN is not swallowed', () => {
  const sampler = Float32Array.of(-1, -2, -3);
  expect(samplerLogProbGap(sampler, Float32Array.of(-1.5, -2.25, 9), [1, 1, 0])).toBe(0.5);
  expect(samplerLogProbGap(sampler, Float32Array.of(-1, Number.NaN, -3), [1, 1, 1])).toBeNaN();
  expect(() => samplerLogProbGap(sampler, [1], [1, 1, 1])).toThrow('trainer 1');
});
