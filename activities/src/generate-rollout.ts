/** Samples the groups of one update: which prompts, which of their questions, and G completions each. */
import type { GenerateRolloutInput, GenerateRolloutOutput, Step } from '@queryloop/contracts';
import { completionMetrics } from '@queryloop/grpo';
import { keyedDraw } from '@queryloop/text-to-sql';
import { loadDataset, questionsByPrompt } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { residentPolicy } from './resident-policy.ts';
import type { Group, Rewards, Rollout } from './rollout-artifact.ts';

/** Tells the streams of random numbers of one update apart. */
const STREAM = { prompts: 1, questions: 2, tokens: 3 } as const;

/** Samples a rollout from the policy; equal inputs give the equal artifact. */
export const generateRollout: Step<GenerateRolloutInput, GenerateRolloutOutput> = async (input, context) => {
  const { update, seed, rollout: sampling } = input;
  const { splits } = await loadDataset(input.dataset, context);
  const { policy } = await residentPolicy(input.policy, { ...input, grpo: input.grpo }, context);
  const solved = input.previous ? (await context.artifacts.getJson<Rewards>(input.previous)).solved : {};

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
  const start = performance.now();
  const groups = await policy.generate({
    groups: drawn.map(({ prompt, index }) => ({
      promptIds: policy.tokenizer.encode(prompt),
      samples: sampling.groupSize,
      key: [index],
    })),
    ...sampling,
    seedKey: [seed, update, STREAM.tokens],
  });
  const seconds = (performance.now() - start) / 1000;

  const rollout: Rollout = {
    update,
    groups: drawn.map(
      ({ prompt, questions, index }, g): Group => ({
        prompt,
        promptIds: policy.tokenizer.encode(prompt),
        questions: drawWithoutReplacement(
          questions,
          () => 1,
          sampling.questionsPerPrompt,
          keyedDraw(seed, update, STREAM.questions, index),
        ),
        completions: (groups[g]?.completions ?? []).map((completion) => ({
          ...completion,
          text: policy.tokenizer.decode(completion.ids),
        })),
      }),
    ),
  };
  const completions = rollout.groups.flatMap((group) => group.completions);
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
