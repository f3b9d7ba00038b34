/** Samples the groups of one update: which prompts, which of their questions, G completions each, and proposals beside them. */
import type { GenerateRolloutInput, GenerateRolloutOutput, Step } from '@queryloop/contracts';
import { completionMetrics } from '@queryloop/grpo';
import { keyedDraw } from '@queryloop/text-to-sql';
import { loadDataset, questionsByPrompt } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { asCompletions, proposeQueries } from './propose-queries.ts';
import { residentPolicy } from './resident-policy.ts';
import { type Group, previousRewards, type Rollout } from './rollout-artifact.ts';

/** Tells the streams of random numbers of one update apart. */
const STREAM = { prompts: 1, questions: 2, tokens: 3, proposals: 4 } as const;

/** From this share of right answers on a prompt counts as solved and gets no proposals. */
const SOLVED = 0.95;

/** Samples a rollout from the policy; equal inputs give the equal artifact. */
export const generateRollout: Step<GenerateRolloutInput, GenerateRolloutOutput> = async (input, context) => {
  const { update, seed, rollout: sampling } = input;
  const dataset = await loadDataset(input.dataset, context);
  const { splits } = dataset;
  const { policy } = await residentPolicy(input.policy, input, context);
  const { solved, found } = await previousRewards(input.previous, context);

  const prompts = [...questionsByPrompt(splits.train)].map(([prompt, questions], index) => ({
    prompt,
    questions,
    index,
  }));
  // a prompt counts as often as it is asked, and more the less it is solved
  const weight = ({ prompt, questions }: (typeof prompts)[number]) =>
    questions.length * (1 + sampling.unsolvedWeight * (1 - (solved[prompt] ?? 0)));
  const drawn = drawWithoutReplacement(
    prompts,
    weight,
    sampling.promptsPerUpdate,
    keyedDraw(seed, update, STREAM.prompts),
  );
  const promptIds = drawn.map(({ prompt }) => policy.tokenizer.encode(prompt));
  const start = performance.now();
  const groups = await policy.generate({
    groups: drawn.map(({ index }, g) => ({
      promptIds: promptIds[g] ?? [],
      samples: sampling.groupSize,
      key: [index],
    })),
    ...sampling,
    seedKey: [seed, update, STREAM.tokens],
  });
  const seconds = (performance.now() - start) / 1000;

  const proposed = await asCompletions(
    policy,
    drawn.map(({ prompt, index }, g) => ({
      promptIds: promptIds[g] ?? [],
      queries:
        (solved[prompt] ?? 0) < SOLVED
          ? proposeQueries(dataset, prompt, found[prompt], sampling.proposals, [seed, update, STREAM.proposals, index])
          : [],
    })),
    sampling.temperature,
  );
  const sampled = groups.map(({ completions }) =>
    completions.map((completion) => ({ ...completion, text: policy.tokenizer.decode(completion.ids) })),
  );
  const rollout: Rollout = {
    update,
    groups: drawn.map(
      ({ prompt, questions, index }, g): Group => ({
        prompt,
        promptIds: promptIds[g] ?? [],
        questions: drawWithoutReplacement(
          questions,
          () => 1,
          sampling.questionsPerPrompt,
          keyedDraw(seed, update, STREAM.questions, index),
        ),
        completions: [...(sampled[g] ?? []), ...(proposed[g] ?? [])],
      }),
    ),
  };
  const completions = sampled.flat();
  const tokens = completions.reduce((sum, { ids }) => sum + ids.length, 0);
  return {
    rollout: await context.artifacts.putJson('rollout', rollout),
    metrics: {
      ...completionMetrics(completions.map(({ ids, finished }) => ({ length: ids.length, truncated: !finished }))),
      num_tokens: tokens,
      tokens_per_second: tokens / seconds,
    },
  };
};
