/** Scores of a run before and after GRPO: on test once it has finished, before that on dev so far. */
import type { Prediction, Scores } from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';
import type { Store, StoredEvaluation, StoredRun } from '@queryloop/store';
import type { RunDetail, RunExample, ScoreSummary } from './schemas.ts';

/** Examples shown of a run that has not finished: as many as a finished one has. */
const examplesShown = 6;

export type RunScores = Pick<RunDetail, 'base' | 'best' | 'comparison' | 'examples'>;

export async function readScores(store: Store, run: StoredRun): Promise<RunScores> {
  if (run.result !== null) {
    const { base, final, bestUpdate, comparison, examples } = run.result;
    return {
      base: scoreSummary({ update: 0, split: 'test', scores: base }),
      best: scoreSummary({ update: bestUpdate, split: 'test', scores: final }),
      comparison: { ...comparison, verdict: verdictOf(comparison) },
      examples,
    };
  }
  const dev = (await store.evaluations.list(run.id)).filter(({ split }) => split === 'dev');
  const base = dev.find(({ update }) => update === 0) ?? null;
  const best = dev.reduce<StoredEvaluation | null>(
    (found, one) => (one.update > 0 && (found === null || one.scores.accuracy >= found.scores.accuracy) ? one : found),
    null,
  );
  return {
    base: base && scoreSummary(base),
    best: best && scoreSummary(best),
    comparison: null,
    examples: base && best ? await changedAnswers(store, base, best) : [],
  };
}

export function scoreSummary({
  update,
  split,
  scores,
}: Pick<StoredEvaluation, 'update' | 'split'> & { scores: Scores }): ScoreSummary {
  const { n, correct, accuracy, failed, errorRate, ems, rems } = scores;
  return {
    update,
    split,
    n,
    correct,
    accuracy,
    accuracyCi95: wilsonInterval(correct, n),
    failed,
    errorRate,
    errorRateCi95: wilsonInterval(failed, n),
    ems,
    rems,
  };
}

/** Decided when the exact test says that chance is an unlikely reason, at 5 %. */
function verdictOf({ points, mcnemarP }: { points: number; mcnemarP: number }): 'better' | 'worse' | 'undecided' {
  if (mcnemarP >= 0.05 || points === 0) return 'undecided';
  return points > 0 ? 'better' : 'worse';
}

/** Questions whose answer became right, then those whose answer became wrong. */
async function changedAnswers(store: Store, base: StoredEvaluation, best: StoredEvaluation): Promise<RunExample[]> {
  const [before, after] = await Promise.all([
    store.evaluations.predictions(base.id),
    store.evaluations.predictions(best.id),
  ]);
  const pairs = after.flatMap((now, i) => {
    const then = before[i];
    return then?.question === now.question && then.correct !== now.correct ? [{ then, now }] : [];
  });
  const gained = pairs.filter(({ now }) => now.correct).slice(0, examplesShown - 2);
  const lost = pairs.filter(({ now }) => !now.correct).slice(0, examplesShown - gained.length);
  return [...gained, ...lost].map(({ then, now }) => ({
    question: now.question,
    answer: now.answer,
    before: written(then),
    after: written(now),
  }));
}

function written({ sql, result, correct }: Prediction): RunExample['before'] {
  return { sql, result, correct };
}
