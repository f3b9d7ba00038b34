/** Scores a policy on a split: greedy decoding, one query a question. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Prediction, Step } from '@queryloop/contracts';
import { compareAll, resultText } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedQuestion, promptsOfShard, questionsOfShard } from './dataset-artifact.ts';
import { type Compared, scoresOf } from './evaluation-scores.ts';
import { letEventsThrough } from './let-events-through.ts';
import { openPromptsOf } from './prompts.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';
import { withPolicy } from './resident-policy.ts';

/** Prompts decoded at a time. */
const BATCH = 64;

/** Evaluates a policy on the questions of one shard; their predictions are kept question by question, in the split's order. */
export const evaluatePolicy: Step<EvaluatePolicyInput, EvaluatePolicyOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const split = dataset.splits[input.split];
  const queries: string[] = new Array(split.questions.length).fill('');
  // greedy decoding depends on the prompt alone, so equal prompts are decoded once
  const prompts = promptsOfShard(split, input.shard);
  await withPolicy({ policy: input.policy, settings: input }, context, async ({ policy }) => {
    const { maxTokens } = input.rollout;
    const reading = await openPromptsOf(input.policy, dataset, { role: input.split, policy, maxTokens }, context);
    for (let start = 0; start < prompts.length; start += BATCH) {
      const report = () => {
        const progress = { phase: `evaluate on ${split.name}`, done: start, total: prompts.length };
        const note = reading.note();
        context.progress(note === undefined ? progress : { ...progress, detail: note });
      };
      const batch = prompts.slice(start, start + BATCH);
      const groups = await policy.generate({
        groups: batch.map(([prompt], i) => ({
          promptIds: reading.idsOf(prompt),
          samples: 1,
          key: [start + i],
        })),
        maxTokens,
        temperature: 0,
        topP: 1,
        topK: 0,
        seedKey: [0],
        onToken: async () => {
          report();
          await letEventsThrough(context);
        },
      });
      batch.forEach(([, questions], i) => {
        const { text: sql } = reading.completionOf(groups[i]?.completions[0]?.ids ?? []);
        for (const question of questions) queries[question] = sql;
      });
    }
  });
  const own = questionsOfShard(split, input.shard);
  const scorer = await openScorer(dataset, input.split, input.database, context);
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
};

function predictionOf(
  { question, type, answer }: PreparedQuestion,
  { sql, verdict, correct, outcome, failed }: ScoredAttempt,
  scores: Compared,
): Prediction {
  return { question, type, answer, sql, outcome: verdict, result: resultText(outcome), correct, failed, scores };
}
