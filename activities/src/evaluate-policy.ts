/** Scores a policy on a split: greedy decoding, one query a question. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Step } from '@queryloop/contracts';
import { loadDataset, promptsOfShard } from './dataset-artifact.ts';
import { letEventsThrough } from './let-events-through.ts';
import { openPromptsOf } from './prompts.ts';
import { withPolicy } from './resident-policy.ts';
import { scoreQueries } from './score-queries.ts';

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
  return scoreQueries(queries, { dataset, split: input.split, shard: input.shard, database: input.database }, context);
};
