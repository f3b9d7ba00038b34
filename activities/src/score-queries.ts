/** Runs the queries written for a split's questions and compares what they return with the answers, whoever wrote them. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Prediction, StepContext } from '@queryloop/contracts';
import { compareAll, resultText } from '@queryloop/text-to-sql';
import { type PreparedDataset, type PreparedQuestion, questionsOfShard } from './dataset-artifact.ts';
import { type Compared, scoresOf } from './evaluation-scores.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';
import { type AnsweredTurn, afterTurns, turnsBefore } from './repair/repair-answers.ts';

export interface WrittenFor extends Pick<EvaluatePolicyInput, 'split' | 'shard' | 'database'> {
  dataset: PreparedDataset;
}

/** Scores of one shard. `queries`: one for each question of the split, by its index; left out of the shard's, empty. */
export async function scoreQueries(
  queries: readonly string[],
  written: WrittenFor,
  context: StepContext,
): Promise<EvaluatePolicyOutput> {
  const { dataset, split: role, shard, database } = written;
  const split = dataset.splits[role];
  const own = questionsOfShard(split, shard);
  const scorer = await openScorer(dataset, role, database, context);
  const attempts = await scorer
    .score(
      own.map((question) => ({ question, sql: queries[question] ?? '' })),
      (done) =>
        context.progress({ phase: `evaluate on ${split.name}`, done, total: own.length, detail: 'queries run' }),
    )
    .finally(() => scorer.close());
  return compared(attempts, written, context);
}

/** The same of queries that have been run. `answered`: the turns of each question of the shard, the last of which counts. */
export async function scoreTurns(
  answered: readonly (readonly AnsweredTurn[])[],
  written: Omit<WrittenFor, 'database'> & Pick<EvaluatePolicyInput, 'rollout'>,
  context: StepContext,
): Promise<EvaluatePolicyOutput> {
  const attempts = answered.map((turns) => turns.at(-1)?.attempt as ScoredAttempt);
  const { scores, predictions } = await compared(attempts, written, context, answered);
  return { scores: { ...scores, afterTurns: afterTurns(answered, written) }, predictions };
}

async function compared(
  attempts: readonly ScoredAttempt[],
  { dataset, split: role, shard }: Omit<WrittenFor, 'database'>,
  context: StepContext,
  answered: readonly (readonly AnsweredTurn[])[] = [],
): Promise<EvaluatePolicyOutput> {
  const split = dataset.splits[role];
  const questions = questionsOfShard(split, shard).map((question) => split.questions[question] as PreparedQuestion);
  const comparisons = attempts.map(({ outcome }, i) => compareAll(outcome, questions[i] as PreparedQuestion));
  const predictions = attempts.map((attempt, i) =>
    predictionOf(questions[i] as PreparedQuestion, attempt, comparisons[i] as Compared, turnsBefore(answered[i])),
  );
  return {
    scores: scoresOf(attempts, questions, comparisons),
    predictions: await context.artifacts.putJson('predictions', predictions),
  };
}

function predictionOf(
  { question, type, answer }: PreparedQuestion,
  { sql, verdict, correct, outcome, failed }: ScoredAttempt,
  scores: Compared,
  turns: Pick<Prediction, 'turns'>,
): Prediction {
  const result = resultText(outcome);
  return { question, type, answer, sql, outcome: verdict, result, correct, failed, ...turns, scores };
}
