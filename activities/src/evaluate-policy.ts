/** Scores a policy on a split: greedy decoding, one query a question. */
import type { EvaluatePolicyInput, EvaluatePolicyOutput, Step } from '@queryloop/contracts';
import { loadDataset, promptsOfShard, questionsOfShard } from './dataset-artifact.ts';
import { letEventsThrough } from './let-events-through.ts';
import { policySampler } from './policy-sampler.ts';
import { openPromptsOf } from './prompts.ts';
import { type FirstAnswer, repairAnswers } from './repair/repair-answers.ts';
import { withPolicy } from './resident-policy.ts';
import { scoreQueries, scoreTurns } from './score-queries.ts';

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
    const sampler = policySampler(policy, context, `evaluate on ${split.name}`);
    return repairAnswers({ policy, sampler, prompts: reading }, dataset, answers, { ...input, batch: BATCH }, context);
  });
  return repaired
    ? scoreTurns(repaired, { ...input, dataset }, context)
    : scoreQueries(queries, { ...input, dataset }, context);
};
