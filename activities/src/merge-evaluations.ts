/** Joins the evaluations of all shards into the evaluation of the split. */
import type { EvaluatePolicyOutput, MergeEvaluationsInput, Prediction, Step } from '@queryloop/contracts';
import { loadDataset, questionsOfShard } from './dataset-artifact.ts';
import { mergeScores } from './evaluation-scores.ts';

/** Merges parts given in the order of their shards; the predictions come out in the split's order. */
export const mergeEvaluations: Step<MergeEvaluationsInput, EvaluatePolicyOutput> = async (input, context) => {
  const { parts } = input;
  const split = (await loadDataset(input.dataset, context)).splits[input.split];
  const predictions: Prediction[] = new Array(split.questions.length);
  for (const [index, part] of parts.entries()) {
    const own = await context.artifacts.getJson<Prediction[]>(part.predictions);
    const questions = questionsOfShard(split, { index, of: parts.length });
    if (own.length !== questions.length)
      throw new RangeError(`part ${index} has ${own.length} predictions for ${questions.length} questions`);
    questions.forEach((question, i) => {
      predictions[question] = own[i] as Prediction;
    });
  }
  return {
    scores: mergeScores(parts.map(({ scores }) => scores)),
    predictions: await context.artifacts.putJson('predictions', predictions),
  };
};
