/** Repair in a rollout: completions whose queries fail on the train database take turns more before they are rewarded. */
import type { Completion, GenerateRolloutInput, Metrics, StepContext } from '@queryloop/contracts';
import { failureExplainer } from '@queryloop/text-to-sql';
import type { PreparedDataset } from '../dataset-artifact.ts';
import type { Prompts } from '../prompts.ts';
import { openScorer } from '../query-scorer.ts';
import { openConversation } from './conversation.ts';
import { type Failure, type Speaker, takeTurns } from './take-turns.ts';

/** A prompt of the rollout with its first turns. */
export interface SampledPrompt {
  prompt: string;
  promptIds: readonly number[];
  /** Train questions that its queries are run for. */
  questions: readonly number[];
  /** Place among all prompts, which keys its random numbers. */
  index: number;
  completions: readonly Completion[];
}

/**
 * The completions of each prompt, in their order. A query failed when it fails for any of its questions; the first of those says why.
 * Without rollout.repairTurns everything is as it was.
 */
export async function repairRollout(
  { prompts, ...speaker }: Speaker & { prompts: Prompts },
  dataset: PreparedDataset,
  sampled: readonly SampledPrompt[],
  { rollout, seed, update, database }: GenerateRolloutInput,
  stream: number,
  context: StepContext,
): Promise<{ completions: Completion[][]; metrics: Metrics }> {
  const { repairTurns = 0, temperature, topP, topK, maxTokens } = rollout;
  if (repairTurns === 0) return { completions: sampled.map(({ completions }) => [...completions]), metrics: {} };
  const explain = failureExplainer(dataset.schema);
  const scorer = await openScorer(dataset, 'train', database ?? 'sqlite', context);
  const opened = sampled.flatMap(({ prompt, promptIds, questions, index, completions }) =>
    completions.map((completion, sample) => ({
      questions,
      conversation: openConversation({ prompt, promptIds, key: [index, sample] }, completion),
    })),
  );
  const { conversations, noRoom } = await takeTurns(
    speaker,
    prompts,
    opened.map(({ conversation }) => conversation),
    {
      repairTurns,
      async failuresOf(places, turns) {
        const attempts = places.map((place, i) =>
          (opened[place]?.questions ?? []).map((question) => ({ question, sql: turns[i]?.text ?? '' })),
        );
        const total = attempts.flat().length;
        const scored = await scorer.score(attempts.flat(), (done) =>
          context.progress({ phase: 'generate rollout', done, total, detail: 'queries run before they are repaired' }),
        );
        let next = 0;
        return attempts.map((own, i): Failure | null => {
          const outcomes = scored.slice(next, (next += own.length)).map(({ outcome }) => outcome);
          const failed = outcomes.find(({ kind }) => kind === 'error');
          if (failed?.kind !== 'error') return null;
          return { code: failed.code, explanation: explain(turns[i]?.text ?? '', failed.code) };
        });
      },
      sampling: { temperature, topP, topK, maxTokens, seedKey: [seed, update, stream] },
      atATime: sampled.length,
    },
  );
  const all = conversations.map(({ completion }) => completion);
  let next = 0;
  return {
    completions: sampled.map(({ completions }) => all.slice(next, (next += completions.length))),
    metrics: {
      'repair/mean_turns': mean(all.map(({ turns = [] }) => turns.length + 1)),
      'repair/no_room': noRoom / Math.max(1, all.length),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
