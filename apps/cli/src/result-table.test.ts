/** The result as printed: both policies with intervals, the paper's rows, comparison, times, examples. */

import type { RunResult, Scores } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { resultLines } from './result-table.ts';

const scores = (correct: number, failed: number): Scores => ({
  n: 578,
  correct,
  accuracy: correct / 578,
  failed,
  errorRate: failed / 578,
  ems: correct / 578,
  rems: correct / 578,
  byType: {},
});

const result: RunResult = {
  runId: 'r',
  dataset: 'TEMPTABQA-C',
  seed: 1,
  updates: 150,
  tokens: 1_000_000,
  bestUpdate: 125,
  base: scores(239, 157),
  final: scores(447, 0),
  comparison: { points: 35.99, ci95: [31.8, 40.1], mcnemarP: 1e-40 },
  dev: [],
  checkpoint: { kind: 'checkpoint', hash: '0'.repeat(64), bytes: 1 },
  examples: [
    {
      question: 'How many gold medals did A win?',
      answer: '2',
      before: { sql: 'SELECT 1', result: '1', correct: false },
      after: { sql: 'SELECT 2', result: '2', correct: true },
    },
  ],
  seconds: { prepare: 1, warmStart: 60, baseline: 3, train: 300, evaluate: 20, total: 384 },
};

test('the table', () => {
  expect(resultLines(result).join('\n')).toBe(
    `
TEMPTABQA-C, 578 questions, seed 1, 150 updates (best on dev: update 125)

                                      accuracy                 failed queries           EMS
  base policy                         41.3 % [37.4, 45.4]      27.2 % [23.7, 30.9]      41.3 % [37.4, 45.4]
  after GRPO                          77.3 % [73.7, 80.6]      0.0 % [0.0, 0.7]         77.3 % [73.7, 80.6]
  paper, 7 billion parameters, before 31.49 %                  25.43 %
  paper, 7 billion parameters, after  49.83 %                  14.71 %

gain +36.0 points, 95 % interval [+31.8, +40.1]; exact McNemar p 1.0e-40
time: data 1.0 s, warm start 1 min 00 s, baseline 3.0 s, train 5 min 00 s, evaluate 20.0 s; total 6 min 24 s

examples
  How many gold medals did A win?  (answer: 2)
    before ✗ SELECT 1
             → 1
    after  ✓ SELECT 2
             → 2`,
  );
});

test('what other comparators give stands under it, once a version has kept that', () => {
  const final = { ...result.final, comparators: { exact: 0.5, ems: 0.5, rems: 0.625, bird_ex: 0.25 } };
  expect(resultLines({ ...result, final })).toContain('after GRPO as others count: rems 62.5 %, bird_ex 25.0 %');
});
