/** Scores of a policy on a split, of all of it or of the parts that shards evaluated. */
import { type ComparatorName, comparatorNames, type Scores } from '@queryloop/contracts';
import type { PreparedQuestion } from './dataset-artifact.ts';
import type { ScoredAttempt } from './query-scorer.ts';

/** What every comparator gives for one query. */
export type Compared = Record<ComparatorName, number>;

/** Scores of one query a question, with what the comparators gave for each, in the same order. */
export function scoresOf(
  results: readonly ScoredAttempt[],
  questions: readonly PreparedQuestion[],
  compared: readonly Compared[],
): Scores {
  const byType: Scores['byType'] = {};
  let correct = 0;
  let failed = 0;
  results.forEach((result, i) => {
    const { type } = questions[i] as PreparedQuestion;
    const ofType = (byType[type] ??= { n: 0, correct: 0, failed: 0 });
    ofType.n += 1;
    ofType.correct += Number(result.correct);
    ofType.failed += Number(result.failed);
    correct += Number(result.correct);
    failed += Number(result.failed);
  });
  const sum = (name: ComparatorName) => compared.reduce((total, scores) => total + scores[name], 0);
  return fromSums({
    n: results.length,
    correct,
    failed,
    emsSum: sum('ems'),
    remsSum: sum('rems'),
    comparatorSums: Object.fromEntries(comparatorNames.map((name) => [name, sum(name)])),
    byType,
  });
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
  const merged = fromSums({
    n: total(({ n }) => n),
    correct: total(({ correct }) => correct),
    failed: total(({ failed }) => failed),
    emsSum: total(({ ems, n }) => ems * n),
    remsSum: total(({ rems, n }) => rems * n),
    comparatorSums: comparatorSums(parts),
    byType,
  });
  const afterTurns = parts[0]?.afterTurns?.map((_, t) => ({
    correct: total((part) => part.afterTurns?.[t]?.correct ?? 0),
    failed: total((part) => part.afterTurns?.[t]?.failed ?? 0),
  }));
  return { ...merged, ...(afterTurns && { afterTurns }) };
}

/** Of the comparators that all parts have; undefined when a part was made by a version without them. */
function comparatorSums(parts: readonly Scores[]): Record<string, number> | undefined {
  const [first] = parts;
  if (first?.comparators === undefined) return undefined;
  const sums: Record<string, number> = {};
  for (const name of Object.keys(first.comparators)) {
    const values = parts.map(({ comparators, n }) => (comparators?.[name] ?? Number.NaN) * n);
    const sum = values.reduce((total, value) => total + value, 0);
    if (!Number.isNaN(sum)) sums[name] = sum;
  }
  return Object.keys(sums).length > 0 ? sums : undefined;
}

interface ScoreSums extends Pick<Scores, 'n' | 'correct' | 'failed' | 'byType'> {
  emsSum: number;
  remsSum: number;
  comparatorSums: Record<string, number> | undefined;
}

function fromSums({ n, correct, failed, emsSum, remsSum, comparatorSums, byType }: ScoreSums): Scores {
  const share = (sum: number) => (n === 0 ? 0 : sum / n);
  return {
    n,
    correct,
    accuracy: share(correct),
    failed,
    errorRate: share(failed),
    ems: share(emsSum),
    rems: share(remsSum),
    ...(comparatorSums && {
      comparators: Object.fromEntries(Object.entries(comparatorSums).map(([name, sum]) => [name, share(sum)])),
    }),
    byType,
  };
}
