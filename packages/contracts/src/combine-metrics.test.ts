import { expect, it } from 'vitest';
import { combineMetrics } from './combine-metrics.ts';

it('adds up counts, weighs means by what they are of, and keeps extremes', () => {
  const first = {
    num_tokens: 30,
    num_completions: 4,
    num_queries: 8,
    'completions/mean_length': 7.5,
    'completions/min_length': 2,
    'completions/max_length': 9,
    'completions/clipped_ratio': 0.25,
    'completions/mean_terminated_length': 6,
    'execution/ok': 0.5,
    'outcomes/syntax': 0.25,
    'rewards/accuracy/mean': 0.5,
    'proposals/adopted': 1,
    'rewards/grounded_checked': 16,
    'rewards/false_rate': 0.25,
  };
  const second = {
    num_tokens: 20,
    num_completions: 2,
    num_queries: 2,
    'completions/mean_length': 10,
    'completions/min_length': 5,
    'completions/max_length': 15,
    'completions/clipped_ratio': 0.5,
    'completions/mean_terminated_length': 5,
    'execution/ok': 0,
    'outcomes/syntax': 0,
    'rewards/accuracy/mean': 1,
    'proposals/adopted': 2,
    'rewards/grounded_checked': 0,
  };
  const third = { ...second, 'rewards/grounded_checked': 4, 'rewards/false_rate': 0 };
  const empty = { num_tokens: 0, num_completions: 0, num_queries: 0, 'proposals/adopted': 0 };
  const rates = combineMetrics([first, third, second]);
  expect(rates['rewards/grounded_checked']).toBe(20);
  expect(rates['rewards/false_rate']).toBe(0.2);
  expect(combineMetrics([first, second, empty])).toEqual({
    num_tokens: 50,
    num_completions: 6,
    num_queries: 10,
    'completions/mean_length': 50 / 6,
    'completions/min_length': 2,
    'completions/max_length': 15,
    'completions/clipped_ratio': 2 / 6,
    'completions/mean_terminated_length': 23 / 4,
    'execution/ok': 0.4,
    'outcomes/syntax': 0.2,
    'rewards/accuracy/mean': 0.6,
    'proposals/adopted': 3,
    'rewards/grounded_checked': 16,
    'rewards/false_rate': 0.25,
  });
});

it('gives one part back as it is', () => {
  const part = { 'completions/mean_length': 1 / 3, num_tokens: 7 };
  expect(combineMetrics([part])).toEqual(part);
  expect(combineMetrics([])).toEqual({});
});

it('keeps extremes of what servers sampled, and weighs differences by tokens', () => {
  const part = (least: number, most: number, gap: number, tokens: number) => ({
    num_completions: 1,
    num_tokens: tokens,
    'sampling/importance_sampling_ratio/min': least,
    'sampling/importance_sampling_ratio/mean': (least + most) / 2,
    'sampling/importance_sampling_ratio/max': most,
    'sampling/sampling_logp_difference/mean': gap,
    'sampling/sampling_logp_difference/max': gap,
    'sampling/unknown_share': gap,
  });
  expect(combineMetrics([part(0.5, 1.5, 0.1, 30), part(0.25, 1.25, 0.5, 10)])).toEqual({
    ...{ num_completions: 2, num_tokens: 40 },
    'sampling/importance_sampling_ratio/min': 0.25,
    'sampling/importance_sampling_ratio/mean': 0.875,
    'sampling/importance_sampling_ratio/max': 1.5,
    'sampling/sampling_logp_difference/mean': 0.2,
    'sampling/sampling_logp_difference/max': 0.5,
    'sampling/unknown_share': 0.2,
  });
});
