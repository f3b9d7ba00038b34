import { comparatorNames } from '@queryloop/contracts';
import { compareAll } from '@queryloop/text-to-sql';
import { expect, test } from 'vitest';
import type { PreparedQuestion } from './dataset-artifact.ts';
import { mergeScores, scoresOf } from './evaluation-scores.ts';
import type { ScoredAttempt } from './query-scorer.ts';

const question = (answer: string): PreparedQuestion => ({
  id: '',
  question: '',
  answer,
  type: 'list',
  prompt: '',
  bindings: {},
});
const attempt = (rows: string[][], correct: boolean): ScoredAttempt =>
  ({
    outcome: { kind: 'rows', columns: [], rows, truncated: false },
    correct,
    failed: false,
  }) as unknown as ScoredAttempt;

/** Right; over-broad, which EMS takes for right; wrong. */
const questions = [question('a, b'), question('a'), question('a')];
const attempts = [attempt([['b'], ['a']], true), attempt([['a'], ['b']], false), attempt([['c']], false)];
const compared = attempts.map(({ outcome }, i) => compareAll(outcome, questions[i] as PreparedQuestion));
const scored = (from: number, to: number) =>
  scoresOf(attempts.slice(from, to), questions.slice(from, to), compared.slice(from, to));

test('every comparator has its mean over the questions', () => {
  const { comparators, accuracy, ems, rems } = scored(0, 3);
  expect(Object.keys(comparators ?? {})).toEqual([...comparatorNames]);
  expect(comparators).toMatchObject({
    exact: 1 / 3,
    ems: 2 / 3,
    rems: 2 / 3,
    bird_ex: 1 / 3,
    test_suite: 1 / 3,
    spider2: 1 / 3,
  });
  // rows meet by place: 0 for the reversed list; of the over-broad one tp 1, fp 1
  expect(comparators?.['soft_f1']).toBeCloseTo(2 / 3 / 3, 12);
  expect([accuracy, ems, rems]).toEqual([comparators?.['exact'], comparators?.['ems'], comparators?.['rems']]);
  expect(Object.values(scored(0, 0).comparators ?? {})).toEqual(comparatorNames.map(() => 0));
});

test('parts merge into the whole, empty ones too', () => {
  const merged = mergeScores([scored(0, 1), scored(1, 1), scored(1, 3)]);
  for (const [name, mean] of Object.entries(scored(0, 3).comparators ?? {}))
    expect(merged.comparators?.[name]).toBeCloseTo(mean, 12);
});

test('what a part of an earlier version lacks, the whole lacks', () => {
  const { comparators: _, ...older } = scored(1, 3);
  expect(mergeScores([scored(0, 1), older]).comparators).toBeUndefined();
  expect(mergeScores([older, scored(0, 1)]).comparators).toBeUndefined();
  expect(mergeScores([older, older])).not.toHaveProperty('comparators');
  const fewer = { ...older, comparators: { exact: 0, ems: 0.5 } };
  expect(mergeScores([scored(0, 1), fewer]).comparators).toEqual({ exact: 1 / 3, ems: 2 / 3 });
});
