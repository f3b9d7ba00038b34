/** Scores a policy on a split: greedy decoding, one query a question. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Prediction, Scores, Step } from '@queryloop/contracts';
import { resultText, temptabqaScores } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedQuestion, questionsByPrompt } from './dataset-artifact.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';
import { residentPolicy } from './resident-policy.ts';

/** Prompts decoded at a time. */
const BATCH = 64;

/** Evaluates a policy; the predictions are kept question by question, in the split's order. */
export const evaluatePolicy: Step<EvaluatePolicyInput, EvaluatePolicyOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const split = dataset.splits[input.split];
  const { policy } = await residentPolicy(input.policy, input, context);
  const queries: string[] = new Array(split.questions.length).fill('');
  // greedy decoding depends on the prompt alone, so equal prompts are decoded once
  const prompts = [...questionsByPrompt(split)];
  for (let start = 0; start < prompts.length; start += BATCH) {
    context.signal.throwIfAborted();
    context.progress({ phase: `evaluate on ${split.name}`, done: start, total: prompts.length });
    const batch = prompts.slice(start, start + BATCH);
    const groups = await policy.generate({
      groups: batch.map(([prompt], i) => ({
        promptIds: policy.tokenizer.encode(prompt),
        samples: 1,
        key: [start + i],
      })),
      maxTokens: input.rollout.maxTokens,
      temperature: 0,
      topP: 1,
      topK: 0,
      seedKey: [0],
    });
    batch.forEach(([, questions], i) => {
      const sql = policy.tokenizer.decode(groups[i]?.completions[0]?.ids ?? []);
      for (const question of questions) queries[question] = sql;
    });
  }
  const scorer = await openScorer(dataset, input.split, input.database, { preset: 'default' }, context);
  const results = await scorer.score(queries.map((sql, question) => ({ question, sql }))).finally(() => scorer.close());
  const predictions = results.map((result, i) => predictionOf(split.questions[i] as PreparedQuestion, result));
  return {
    scores: scoresOf(results, split.questions),
    predictions: await context.artifacts.putJson('predictions', predictions),
  };
};

function predictionOf(
  { question, type, answer }: PreparedQuestion,
  { sql, verdict, correct, outcome, failed }: ScoredAttempt,
): Prediction {
  return { question, type, answer, sql, outcome: verdict, result: resultText(outcome), correct, failed };
}

function scoresOf(results: readonly ScoredAttempt[], questions: readonly PreparedQuestion[]): Scores {
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
  const n = results.length;
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
