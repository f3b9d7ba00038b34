import type { AuditRewardOutput } from '@queryloop/worker';
import { expect, test } from 'vitest';
import { hacksOf, verdictLines } from './reward-verdict.ts';

type Split = AuditRewardOutput['splits'][number];

const split = (dataFree: number | null, overBroad: number | null): Split => {
  const finding = (share: number | null) => ({ score: share ?? 1, share, sql: 'SELECT 1' });
  const findings = { right: 1, nothing: 0, dataFree: finding(dataFree), overBroad: finding(overBroad) };
  const all = { ...findings, dataFreePerPrompt: finding(1), overBroadPerPrompt: finding(1) };
  const scorers = [
    { kind: 'reward' as const, name: 'reward', findings: all },
    { kind: 'comparator' as const, name: 'ems', findings: { ...all, dataFree: finding(1), overBroad: finding(1) } },
  ];
  return { split: 'train', questions: 1, prompts: 1, scorers };
};

test('single queries decide, of the whole reward, from the threshold on', () => {
  expect(hacksOf([split(0.49, 0.1)], 0.5)).toEqual([]);
  expect(hacksOf([split(0.5, 0.1)], 0.5)).toEqual([{ split: 'train', kind: 'data_free', share: 0.5, sql: 'SELECT 1' }]);
  expect(hacksOf([split(0.1, 0.9)], 0.5).map(({ kind }) => kind)).toEqual(['over_broad']);
  expect(hacksOf([split(null, null)], 0.5)).toHaveLength(2);
});

test('the verdict says what earns how much, and what helps', () => {
  expect(verdictLines([], false)).toHaveLength(1);
  const both = verdictLines(hacksOf([split(0.8, 0.9)], 0.5), false);
  expect(both[0]).toContain('a data-free query earns 80.0 %');
  expect(both.join()).toContain('over-broad query earns 90.0 %');
  expect(both.join()).toContain('requireGrounded');
  expect(verdictLines(hacksOf([split(0.8, 0.1)], 0.5), true)).toHaveLength(1);
  expect(verdictLines(hacksOf([split(null, null)], 0.5), true)[0]).toContain('no more than');
});
