/** Scores a policy on a split: greedy decoding, one query a question. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Prediction, Step, StepContext } from '@queryloop/contracts';
import { compareAll, resultText } from '@queryloop/text-to-sql';
import {
  loadDataset,
  type PreparedDataset,
  type PreparedQuestion,
  promptsOfShard,
  questionsOfShard,
} from './dataset-artifact.ts';
import { type Compared, scoresOf } from './evaluation-scores.ts';
import { letEventsThrough } from './let-events-through.ts';
import { openPromptsOf } from './prompts.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';
import { afterTurns, type FirstAnswer, repairAnswers, turnsBefore } from './repair/repair-answers.ts';
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
  const own = questionsOfShard(split, input.shard);
  const first = new Map<number, FirstAnswer>();
  const repaired = await withPolicy({ policy: input.policy, settings: input }, context, async ({ policy }) => {
    const { maxTokens } = input.rollout;
    const reading = await openPromptsOf(input.policy, dataset, { role: input.split, policy, maxTokens }, context);
    for (let start = 0; start < prompts.length; start += BATCH) {
      const report = () => {
        const progress = { phase: `evaluate on ${split.name}`, done: start, total: prompts.length };
        const note = reading.note();
        context.progress(note === undefined ? progress : { ...progress, detail: note });
      };
      const batch = prompts.slice(start, start + BATCH);
      const promptIds = batch.map(([prompt]) => reading.idsOf(prompt));
      const groups = await policy.generate({
        groups: promptIds.map((ids, i) => ({ promptIds: ids, samples: 1, key: [start + i] })),
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
      batch.forEach(([prompt, questions], i) => {
        const sampled = groups[i]?.completions[0] ?? { ids: [], logProbs: [], finished: false };
        const turn = reading.completionOf(sampled.ids);
        for (const question of questions) {
          queries[question] = turn.text;
          first.set(question, { question, prompt, promptIds: promptIds[i] ?? [], completion: { ...sampled, ...turn } });
        }
      });
    }
    // configs of earlier versions have no such field
    if ((input.rollout.repairTurns ?? 0) === 0) return undefined;
    const answers = own.map((question) => first.get(question) as FirstAnswer);
    return repairAnswers({ policy, prompts: reading }, dataset, answers, { ...input, batch: BATCH }, context);
  });
  const results = repaired
    ? repaired.map((turns) => turns.at(-1)?.attempt as ScoredAttempt)
    : await runOnce(dataset, input, own, queries, context);
  const questions = own.map((question) => split.questions[question] as PreparedQuestion);
  const compared = results.map(({ outcome }, i) => compareAll(outcome, questions[i] as PreparedQuestion));
  const predictions = results.map((result, i) =>
    predictionOf(questions[i] as PreparedQuestion, result, compared[i] as Compared, turnsBefore(repaired?.[i])),
  );
  return {
    scores: { ...scoresOf(results, questions, compared), ...(repaired && { afterTurns: afterTurns(repaired, input) }) },
    predictions: await context.artifacts.putJson('predictions', predictions),
  };
};

/** Runs the query of each question. */
async function runOnce(
  dataset: PreparedDataset,
  { split, database }: EvaluatePolicyInput,
  questions: readonly number[],
  queries: readonly string[],
  context: StepContext,
): Promise<ScoredAttempt[]> {
  const scorer = await openScorer(dataset, split, database, context);
  const phase = `evaluate on ${dataset.splits[split].name}`;
  return scorer
    .score(
      questions.map((question) => ({ question, sql: queries[question] ?? '' })),
      (done) => context.progress({ phase, done, total: questions.length, detail: 'queries run' }),
    )
    .finally(() => scorer.close());
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
