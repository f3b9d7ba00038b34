/** Verdicts, and what presets and overrides make of them. */
import { RewardConfig } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import type { Outcome } from '../executors/contract.ts';
import { judgeOutcome } from './judge-outcome.ts';
import { outcomeReward } from './outcome.ts';
import { outcomeWeights } from './presets.ts';
import { rewardedQuery } from './rewarded-query.fixture.ts';

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
])('%j is %s: %f by default, %f in the paper’s scheme', async (outcome, verdict, byDefault, byPaper) => {
  const gold = { answer: 'Rome, Oslo' };
  expect(judgeOutcome(outcome, gold)).toEqual({
    verdict,
    correct: verdict === 'ok',
    failed: outcome.kind === 'error',
  });
  const score = async (preset: string) => {
    const weights = outcomeWeights(RewardConfig.parse({ preset }));
    if (weights === null) throw new Error('no preset of outcomes');
    return (await outcomeReward(weights)([rewardedQuery({ outcome, gold })]))[0];
  };
  expect(await score('default')).toBe(byDefault);
  expect(await score('paper')).toBe(byPaper);
});

test('gold rows decide where the dataset has them, also empty ones', () => {
  const gold = { answer: 'Rome, 2', rows: [['Rome', 2]], ordered: false };
  expect(judgeOutcome(rows([[2, 'rome']]), gold).verdict).toBe('ok');
  expect(judgeOutcome(rows([]), { answer: '', rows: [] }).verdict).toBe('ok');
});

test('the config overrides single weights of a preset; functions have none', () => {
  expect(outcomeWeights(RewardConfig.parse({ failed: -1, partial: 0.2 }))).toEqual({
    correct: 1,
    wrong: 0,
    failed: -1,
    partial: 0.2,
  });
  expect(outcomeWeights(RewardConfig.parse({ preset: 'arctic' }))).toBeNull();
  expect(outcomeWeights(RewardConfig.parse({ functions: [{ name: 'outcome' }] }))).toBeNull();
});
