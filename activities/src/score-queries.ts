/** Runs the queries written for a split's questions and compares what they return with the answers, whoever wrote them. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Prediction, StepContext } from '@queryloop/contracts';
import { compareAll, resultText } from '@queryloop/text-to-sql';
import { type PreparedDataset, type PreparedQuestion, questionsOfShard } from './dataset-artifact.ts';
import { type Compared, scoresOf } from './evaluation-scores.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';

export interface WrittenFor extends Pick<EvaluatePolicyInput, 'split' | 'shard' | 'database'> {
  dataset: PreparedDataset;
}

/** Scores of one shard. `queries`: one for each question of the split, by its index; left out of the shard's, empty. */
export async function scoreQueries(
  queries: readonly string[],
  { dataset, split: role, shard, database }: WrittenFor,
  context: StepContext,
): Promise<EvaluatePolicyOutput> {
  const split = dataset.splits[role];
  const own = questionsOfShard(split, shard);
  const scorer = await openScorer(dataset, role, database, context);
  const results = await scorer
    .score(
      own.map((question) => ({ question, sql: queries[question] ?? '' })),
      (done) =>
        context.progress({ phase: `evaluate on ${split.name}`, done, total: own.length, detail: 'queries run' }),
    )
    .finally(() => scorer.close());
  const questions = own.map((question) => split.questions[question] as PreparedQuestion);
  const compared = results.map(({ outcome }, i) => compareAll(outcome, questions[i] as PreparedQuestion));
  const predictions = results.map((result, i) =>
    predictionOf(questions[i] as PreparedQuestion, result, compared[i] as Compared),
  );
  return {
    scores: scoresOf(results, questions, compared),
    predictions: await context.artifacts.putJson('predictions', predictions),
  };
}

function predictionOf(
  { question, type, answer }: PreparedQuestion,
  { sql, verdict, correct, outcome, failed }: ScoredAttempt,
  scores: Compared,
): Prediction {
  return { question, type, answer, sql, outcome: verdict, result: resultText(outcome), correct, failed, scores };
}
