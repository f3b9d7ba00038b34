/** What a rollout and its rewards look like in the artifact store. */
import { z } from 'zod';

export const Completion = z.object({
  /** Token ids, the end token included when it was reached. */
  ids: z.array(z.number()),
  /** Log-probability of each token under the policy that sampled it, at the sampling temperature. */
  logProbs: z.array(z.number()),
  text: z.string(),
  /** Ended by itself rather than at maxTokens. */
  finished: z.boolean(),
  /** Drawn from the grammar rather than sampled. */
  proposed: z.boolean().optional(),
});
export type Completion = z.infer<typeof Completion>;

/** The G completions of one prompt, and the train questions (indexes) they are scored on. */
export const Group = z.object({
  prompt: z.string(),
  promptIds: z.array(z.number()),
  questions: z.array(z.number()),
  completions: z.array(Completion),
});
export type Group = z.infer<typeof Group>;

export const Rollout = z.object({ update: z.number(), groups: z.array(Group) });
export type Rollout = z.infer<typeof Rollout>;

/** With several shards, the first carries what is known of all prompts on, the others only tell of their own. */
export const Rewards = z.object({
  update: z.number(),
  /** Per group, per completion; null for a proposal that did no better than the samples. */
  rewards: z.array(z.array(z.number().nullable())),
  /** Per prompt: running mean of the share of right answers, which steers the draw of prompts. */
  solved: z.record(z.string(), z.number()),
  /** Per prompt: the last proposal that did better than every sample; it is proposed again until the prompt is solved. */
  found: z.record(z.string(), z.string()),
});
export type Rewards = z.infer<typeof Rewards>;

/**
 * Rewards of a group as they are learned from: a proposal that did no better than every sample gets null, which keeps it out
 * of the baseline and the loss.
 */
export function groupRewards(
  completions: readonly Pick<Completion, 'proposed'>[],
  earned: readonly number[],
): (number | null)[] {
  const best = Math.max(...earned.filter((_, i) => !completions[i]?.proposed));
  return earned.map((reward, i) => (completions[i]?.proposed && reward <= best ? null : reward));
}
