import { RewardConfig } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import type { Outcome } from '../executors/contract.ts';
import { rewardWeights } from './presets.ts';
import { scoreOutcome } from './score-outcome.ts';

const rows = (cells: (string | number | null)[][], truncated = false): Outcome => ({
  kind: 'rows',
  columns: [],
  rows: cells,
  truncated,
});
const error: Outcome = { kind: 'error', code: 'unknown_name', message: '' };

test.each([
  [rows([['Rome'], ['Oslo']]), 'ok', 1, 1101],
  [rows([['Rome']]), 'wrong', 0, 51],
  [rows([['Bern']]), 'wrong', 0, 1],
  [rows([]), 'empty', 0, 1],
  [rows([[null]]), 'empty', 0, 1],
  [rows([['Rome'], ['Oslo']], true), 'truncated', 0, 101],
  [error, 'unknown_name', -0.5, -100],
])('%j is %s: %f by default, %f in the paper’s scheme', (outcome, verdict, byDefault, byPaper) => {
  const score = (preset: string) => scoreOutcome(outcome, 'Rome, Oslo', rewardWeights(RewardConfig.parse({ preset })));
  expect(score('default')).toEqual({
    verdict,
    correct: verdict === 'ok',
    failed: outcome.kind === 'error',
    reward: byDefault,
  });
  expect(score('paper').reward).toBe(byPaper);
});

test('the config overrides single weights of a preset', () => {
  expect(rewardWeights(RewardConfig.parse({ failed: -1, partial: 0.2 }))).toEqual({
    correct: 1,
    wrong: 0,
    failed: -1,
    partial: 0.2,
  });
});
