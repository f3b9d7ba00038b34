/** Scores of a policy on a split, of all of it or of the parts that shards evaluated. */
import type { Scores } from '@queryloop/contracts';
import { temptabqaScores } from '@queryloop/text-to-sql';
import type { PreparedQuestion } from './dataset-artifact.ts';
import type { ScoredAttempt } from './query-scorer.ts';

/** Scores of one query a question, in the same order. */
export function scoresOf(results: readonly ScoredAttempt[], questions: readonly PreparedQuestion[]): Scores {
  const byType: Scores['byType'] = {};
  let correct = 0;
  let failed = 0;
  let emsSum = 0;
  let remsSum = 0;
  results.forEach((result, i) => {
    const { type, answer } = questions[i] as PreparedQuestion;
    const ofType = (byType[type] ??= { n: 0, correct: 0, failed: 0 });
    const { ems, rems } = temptabqaScores(result.outcome, answer);
    ofType.n += 1;
    ofType.correct += Number(result.correct);
    ofType.failed += Number(result.failed);
    correct += Number(result.correct);
    failed += Number(result.failed);
    emsSum += ems;
    remsSum += rems;
  });
  return fromSums({ n: results.length, correct, failed, emsSum, remsSum, byType });
}

/** Scores of the whole from those of its parts. One part's come back as they are. */
export function mergeScores(parts: readonly Scores[]): Scores {
  if (parts.length === 1 && parts[0]) return parts[0];
  const total = (value: (scores: Scores) => number) => parts.reduce((sum, scores) => sum + value(scores), 0);
  const byType: Scores['byType'] = {};
  for (const [type, { n, correct, failed }] of parts.flatMap((part) => Object.entries(part.byType))) {
    const ofType = (byType[type] ??= { n: 0, correct: 0, failed: 0 });
    ofType.n += n;
    ofType.correct += correct;
    ofType.failed += failed;
  }
  return fromSums({
    n: total(({ n }) => n),
    correct: total(({ correct }) => correct),
    failed: total(({ failed }) => failed),
    emsSum: total(({ ems, n }) => ems * n),
    remsSum: total(({ rems, n }) => rems * n),
    byType,
  });
}

interface ScoreSums extends Pick<Scores, 'n' | 'correct' | 'failed' | 'byType'> {
  emsSum: number;
  remsSum: number;
}

function fromSums({ n, correct, failed, emsSum, remsSum, byType }: ScoreSums): Scores {
  const share = (sum: number) => (n === 0 ? 0 : sum / n);
  return {
    n,
    correct,
    accuracy: share(correct),
    failed,
    errorRate: share(failed),
    ems: share(emsSum),
    rems: share(remsSum),
    byType,
  };
}
