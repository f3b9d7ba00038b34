/** Samples the groups of one update: which prompts, which of their questions, G completions each, and proposals beside them. */
import {
  type Completion,
  correctionOf,
  type GenerateRolloutInput,
  type GenerateRolloutOutput,
  type Group,
  type Metrics,
  type Rewards,
  type Rollout,
  type Step,
  writtenTokens,
} from '@queryloop/contracts';
import { completionMetrics, samplingMetrics, unknownShare } from '@queryloop/grpo';
import type { Policy } from '@queryloop/policy';
import { keyedDraw } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset, questionsByPrompt } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { openSampler } from './open-sampler.ts';
import { openPromptsOf, type Prompts } from './prompts.ts';
import { asCompletions, proposeQueries } from './propose-queries.ts';
import { repairRollout } from './repair/repair-rollout.ts';
import { withPolicy } from './resident-policy.ts';
import { previousRewards } from './rollout-artifact.ts';
import { refuseUnknown } from './rollout-server/refuse-unknown.ts';
import type { Sampler } from './sampler.ts';

/** Tells the streams of random numbers of one update apart. */
const STREAM = { prompts: 1, questions: 2, tokens: 3, proposals: 4, repairs: 5 } as const;

/** From this share of right answers on a prompt counts as solved and gets no proposals. */
const SOLVED = 0.95;

/** Samples one shard of a rollout from the policy; equal inputs give the equal artifact. */
export const generateRollout: Step<GenerateRolloutInput, GenerateRolloutOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const known = await previousRewards(input.previous, context);
  const drawn = drawPrompts(dataset, known, input);
  return withPolicy({ policy: input.policy, settings: input }, context, async ({ policy }) => {
    const start = performance.now();
    const { maxTokens } = input.rollout;
    const prompts = await openPromptsOf(input.policy, dataset, { role: 'train', policy, maxTokens }, context);
    const promptIds = drawn.map(({ prompt }) => prompts.idsOf(prompt));
    const sampler = await openSampler(policy, input, context, () => endOfAnswer(prompts, drawn));
    const { update, seed } = input;
    const asked = drawn.map(({ questions, index }) =>
      drawWithoutReplacement(
        questions,
        () => 1,
        input.rollout.questionsPerPrompt,
        keyedDraw(seed, update, STREAM.questions, index),
      ),
    );
    const sample = async () => {
      const firstTurns = await sampleGroups({ sampler, prompts }, drawn, promptIds, input);
      const opened = drawn.map(({ prompt, index }, g) => ({
        ...{ prompt, index, promptIds: promptIds[g] ?? [] },
        ...{ questions: asked[g] ?? [], completions: firstTurns[g] ?? [] },
      }));
      return repairRollout({ policy, sampler, prompts }, dataset, opened, input, STREAM.repairs, context);
    };
    const { completions: sampled, metrics: ofRepair } = await sample().finally(() => sampler.close());
    refuseUnknown(sampled.flat(), input);
    const samplingSeconds = (performance.now() - start) / 1000;
    const proposed = await proposeGroups({ policy, prompts }, dataset, known, drawn, promptIds, input);
    const { repairTurns = 0 } = input.rollout;
    const rollout: Rollout = {
      update,
      groups: drawn.map(
        ({ prompt }, g): Group => ({
          prompt,
          promptIds: promptIds[g] ?? [],
          questions: asked[g] ?? [],
          completions: [...(sampled[g] ?? []), ...(proposed[g] ?? [])],
        }),
      ),
      ...(repairTurns > 0 && { turns: repairTurns + 1 }),
    };
    const stored = await context.artifacts.putJson('rollout', rollout);
    await sampler.stored();
    return {
      rollout: stored,
      metrics: { ...metricsOf(sampled.flat(), input), ...ofRepair, ...prompts.metrics() },
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

/** The last token of an answer as the policy's prompts write it, whatever the query. */
function endOfAnswer(prompts: Prompts, [first]: readonly DrawnPrompt[]): number | undefined {
  return first && prompts.answerIds(first.prompt, 'SELECT 1').at(-1);
}

async function sampleGroups(
  { sampler, prompts }: { sampler: Sampler; prompts: Prompts },
  drawn: readonly DrawnPrompt[],
  promptIds: readonly number[][],
  { update, seed, rollout: sampling }: GenerateRolloutInput,
): Promise<Completion[][]> {
  const groups = await sampler.generate(
    {
      groups: drawn.map(({ index }, g) => ({
        promptIds: promptIds[g] ?? [],
        samples: sampling.groupSize,
        key: [index],
      })),
      ...sampling,
      seedKey: [seed, update, STREAM.tokens],
    },
    prompts.note(),
  );
  return groups.map(({ completions }) =>
    completions.map((completion) => ({ ...completion, ...prompts.completionOf(completion.ids) })),
  );
}

/** Proposals for the prompts that are not solved yet. */
function proposeGroups(
  { policy, prompts }: { policy: Policy; prompts: Prompts },
  dataset: PreparedDataset,
  { solved, found }: Known,
  drawn: readonly DrawnPrompt[],
  promptIds: readonly number[][],
  { update, seed, rollout: { proposals, temperature, maxTokens } }: GenerateRolloutInput,
): Promise<Completion[][]> {
  const groups = drawn.map(({ prompt, questions, index }, g) => {
    const question = dataset.splits.train.questions[questions[0] ?? -1];
    const key = [seed, update, STREAM.proposals, index];
    const queries =
      question && (solved[prompt] ?? 0) < SOLVED
        ? proposeQueries(dataset, question, found[prompt], proposals, key)
        : [];
    const completions = queries.map((sql) => ({ text: sql, ids: prompts.answerIds(prompt, sql) }));
    // where prompts are shortened there is room for what the policy may write, and no more
    const fit = dataset.prompts === undefined ? completions : completions.filter(({ ids }) => ids.length <= maxTokens);
    return { promptIds: promptIds[g] ?? [], completions: fit };
  });
  return asCompletions(policy, groups, temperature);
}

function metricsOf(completions: readonly Completion[], input: GenerateRolloutInput): Metrics {
  return {
    ...completionMetrics(
      completions.map((completion) => ({ length: writtenTokens(completion), truncated: !completion.finished })),
    ),
    num_completions: completions.length,
    num_tokens: completions.reduce((sum, completion) => sum + writtenTokens(completion), 0),
    ...(input.rollout.server !== undefined && servedMetrics(completions, input)),
  };
}

/** How far the server was from the policy, over the tokens that are learned from. */
function servedMetrics(completions: readonly Completion[], input: GenerateRolloutInput): Metrics {
  const learned = completions.flatMap(({ samplingLogProbs, logProbs, toolMask, finished }) =>
    samplingLogProbs === undefined || (input.grpo.maskTruncated && !finished)
      ? []
      : [{ logProbs, samplingLogProbs, mask: toolMask?.map((on) => on === 1) }],
  );
  return { ...samplingMetrics(learned, correctionOf(input.grpo)), 'sampling/unknown_share': unknownShare(learned) };
}
