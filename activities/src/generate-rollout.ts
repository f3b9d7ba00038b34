/** Samples the groups of one update: which prompts, which of their questions, G completions each, and proposals beside them. */
import type {
  Completion,
  GenerateRolloutInput,
  GenerateRolloutOutput,
  Group,
  Metrics,
  Rewards,
  Rollout,
  Step,
  StepContext,
} from '@queryloop/contracts';
import { completionMetrics } from '@queryloop/grpo';
import type { Policy } from '@queryloop/policy';
import { keyedDraw } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset, questionsByPrompt } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { letEventsThrough } from './let-events-through.ts';
import { asCompletions, proposeQueries } from './propose-queries.ts';
import { withPolicy } from './resident-policy.ts';
import { previousRewards } from './rollout-artifact.ts';

/** Tells the streams of random numbers of one update apart. */
const STREAM = { prompts: 1, questions: 2, tokens: 3, proposals: 4 } as const;

/** From this share of right answers on a prompt counts as solved and gets no proposals. */
const SOLVED = 0.95;

/** Samples one shard of a rollout from the policy; equal inputs give the equal artifact. */
export const generateRollout: Step<GenerateRolloutInput, GenerateRolloutOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const known = await previousRewards(input.previous, context);
  const drawn = drawPrompts(dataset, known, input);
  return withPolicy({ policy: input.policy, settings: input }, context, async ({ policy }) => {
    const start = performance.now();
    const promptIds = drawn.map(({ prompt }) => policy.tokenizer.encode(prompt));
    const sampled = await sampleGroups(policy, drawn, promptIds, input, context);
    const samplingSeconds = (performance.now() - start) / 1000;
    const proposed = await proposeGroups(policy, dataset, known, drawn, promptIds, input);
    const { update, seed } = input;
    const rollout: Rollout = {
      update,
      groups: drawn.map(
        ({ prompt, questions, index }, g): Group => ({
          prompt,
          promptIds: promptIds[g] ?? [],
          questions: drawWithoutReplacement(
            questions,
            () => 1,
            input.rollout.questionsPerPrompt,
            keyedDraw(seed, update, STREAM.questions, index),
          ),
          completions: [...(sampled[g] ?? []), ...(proposed[g] ?? [])],
        }),
      ),
    };
    return {
      rollout: await context.artifacts.putJson('rollout', rollout),
      metrics: metricsOf(sampled.flat()),
      samplingSeconds,
    };
  });
};

interface DrawnPrompt {
  prompt: string;
  /** Train questions that ask it. */
  questions: number[];
  /** Place among all prompts, which keys its random numbers. */
  index: number;
}

type Known = Pick<Rewards, 'solved' | 'found'>;

/** The prompts of the update that are the shard's. */
function drawPrompts(
  { splits }: PreparedDataset,
  { solved }: Known,
  { seed, update, rollout: { unsolvedWeight, promptsPerUpdate }, shard }: GenerateRolloutInput,
): DrawnPrompt[] {
  const prompts = [...questionsByPrompt(splits.train)].map(
    ([prompt, questions], index): DrawnPrompt => ({ prompt, questions, index }),
  );
  // a prompt counts as often as it is asked, and more the less it is solved
  const weight = ({ prompt, questions }: DrawnPrompt) =>
    questions.length * (1 + unsolvedWeight * (1 - (solved[prompt] ?? 0)));
  const drawn = drawWithoutReplacement(prompts, weight, promptsPerUpdate, keyedDraw(seed, update, STREAM.prompts));
  return drawn.filter((_, place) => place % shard.of === shard.index);
}

async function sampleGroups(
  policy: Policy,
  drawn: readonly DrawnPrompt[],
  promptIds: readonly number[][],
  { update, seed, rollout: sampling }: GenerateRolloutInput,
  context: StepContext,
): Promise<Completion[][]> {
  const groups = await policy.generate({
    groups: drawn.map(({ index }, g) => ({
      promptIds: promptIds[g] ?? [],
      samples: sampling.groupSize,
      key: [index],
    })),
    ...sampling,
    seedKey: [seed, update, STREAM.tokens],
    onToken: async ({ step }) => {
      context.progress({ phase: 'generate rollout', done: step, total: sampling.maxTokens });
      await letEventsThrough(context);
    },
  });
  return groups.map(({ completions }) =>
    completions.map((completion) => ({ ...completion, text: policy.tokenizer.decode(completion.ids) })),
  );
}

/** Proposals for the prompts that are not solved yet. */
function proposeGroups(
  policy: Policy,
  dataset: PreparedDataset,
  { solved, found }: Known,
  drawn: readonly DrawnPrompt[],
  promptIds: readonly number[][],
  { update, seed, rollout: { proposals, temperature } }: GenerateRolloutInput,
): Promise<Completion[][]> {
  const groups = drawn.map(({ prompt, index }, g) => ({
    promptIds: promptIds[g] ?? [],
    queries:
      (solved[prompt] ?? 0) < SOLVED
        ? proposeQueries(dataset, prompt, found[prompt], proposals, [seed, update, STREAM.proposals, index])
        : [],
  }));
  return asCompletions(policy, groups, temperature);
}

function metricsOf(completions: readonly Completion[]): Metrics {
  return {
    ...completionMetrics(completions.map(({ ids, finished }) => ({ length: ids.length, truncated: !finished }))),
    num_completions: completions.length,
    num_tokens: completions.reduce((sum, { ids }) => sum + ids.length, 0),
  };
}
