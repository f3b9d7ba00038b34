/** What a rollout and its rewards look like in the artifact store. */
import { z } from 'zod';
import { failureClasses } from './outcome-class.ts';

/** A query that failed, after which the policy was asked for another (rollout.repairTurns). */
export const FailedTurn = z.object({
  /** The query; empty when none was written. */
  text: z.string(),
  /** All that was written, where the query is a part of it. */
  written: z.string().optional(),
  /** What the policy wrote of it, in tokens. */
  tokens: z.number().int(),
  failure: z.enum(failureClasses),
  /** What the policy was told of it. */
  message: z.string(),
});
export type FailedTurn = z.infer<typeof FailedTurn>;

export const Completion = z.object({
  /** Token ids, the end token included when it was reached; with several turns those of all, messages of the database between them. */
  ids: z.array(z.number()),
  /**
   * Log-probability of each token under the policy in training, as it was when the rollout was made, at the sampling temperature; 0 in
   * messages of the database.
   */
  logProbs: z.array(z.number()),
  /** Where a server sampled it: what the server said of each token; null where it said nothing, and in messages of the database. */
  samplingLogProbs: z.array(z.number().nullable()).optional(),
  /** 1 for tokens that the policy wrote, 0 for the database's messages, which are in no loss and no count; left out where all are 1. */
  toolMask: z.array(z.number()).optional(),
  /** The turns before the last, whose queries failed; left out where there is one turn. */
  turns: z.array(FailedTurn).optional(),
  /** The query, of several turns the last; empty when none was written. */
  text: z.string(),
  /** All that stands in it, messages too, where the query is a part of it. */
  written: z.string().optional(),
  /** Ended by itself rather than at maxTokens. */
  finished: z.boolean(),
  /** Drawn from the grammar rather than sampled. */
  proposed: z.boolean().optional(),
});
export type Completion = z.infer<typeof Completion>;

/** The G completions of one prompt, and the train questions (indexes) they are scored on. */
export const Group = z.object({
  /** What the policy reads; where it reads more than the question (prompt.style), the question. */
  prompt: z.string(),
  promptIds: z.array(z.number()),
  questions: z.array(z.number()),
  completions: z.array(Completion),
});
export type Group = z.infer<typeof Group>;

export const Rollout = z.object({
  update: z.number(),
  groups: z.array(Group),
  /** Most turns that a completion could take; left out where it is one. */
  turns: z.number().int().optional(),
});
export type Rollout = z.infer<typeof Rollout>;

/** Tokens that the policy wrote: what lengths and losses count. */
export function writtenTokens({ ids, toolMask }: Pick<Completion, 'ids' | 'toolMask'>): number {
  return toolMask === undefined ? ids.length : toolMask.reduce((sum, on) => sum + on, 0);
}

/**
 * What each reward function gave, where the reward is more than one value for each outcome. Functions are in the order of the
 * config, with the content (SHA-256) of those that are modules.
 */
export const RewardComponents = z.object({
  combine: z.enum(['sum', 'gdpo']),
  functions: z.array(z.object({ name: z.string(), weight: z.number(), sha256: z.string().optional() })),
  /** Per function, per group, per completion: mean over the group's questions; null where the function does not apply. */
  scores: z.array(z.array(z.array(z.number().nullable()))),
});
export type RewardComponents = z.infer<typeof RewardComponents>;

/** What a reward is made of, by name: the parts add up to it. */
export type RewardParts = Record<string, number>;

/** The reward of a completion in what each function contributed: its score times its weight. */
export function componentParts(
  { functions, scores }: RewardComponents,
  group: number,
  completion: number,
): RewardParts {
  return Object.fromEntries(
    functions.flatMap(({ name, weight }, k) => {
      const score = scores[k]?.[group]?.[completion] ?? null;
      return score === null ? [] : [[name, score * weight]];
    }),
  );
}

/** The components of all shards as one, in the order of the shards; undefined where a shard has none. */
export function joinComponents(parts: readonly (RewardComponents | undefined)[]): RewardComponents | undefined {
  const [first] = parts;
  if (first === undefined || parts.some((part) => part === undefined)) return undefined;
  return { ...first, scores: first.functions.map((_, k) => parts.flatMap((part) => part?.scores[k] ?? [])) };
}

/** Rewards of turns of all shards, in the order of the shards; undefined where a shard has none. */
export function joinTurnRewards(
  parts: readonly (readonly (number | null)[][][] | undefined)[],
): (number | null)[][][] | undefined {
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** What GDPO normalises; undefined for rewards that are only added up. */
export function gdpoScores(
  components: RewardComponents | undefined,
): (Pick<RewardComponents, 'scores'> & { weights: number[] }) | undefined {
  if (components?.combine !== 'gdpo') return undefined;
  return { weights: components.functions.map(({ weight }) => weight), scores: components.scores };
}

/** With several shards, the first carries what is known of all prompts on, the others only tell of their own. */
export const Rewards = z.object({
  update: z.number(),
  /** Per group, per completion; null for a proposal that did no better than the samples, and where no function applies. */
  rewards: z.array(z.array(z.number().nullable())),
  /** Left out where preset or overrides give one value for each outcome, and by earlier versions. */
  components: RewardComponents.optional(),
  /** Per group, per completion: rewards of the turns before its last, each for its own query; only with reward.perTurn. */
  turnRewards: z.array(z.array(z.array(z.number().nullable()))).optional(),
  /** Per prompt: running mean of the share of right answers, which steers the draw of prompts. */
  solved: z.record(z.string(), z.number()),
  /** Per prompt: the last proposal that did better than every sample; it is proposed again until the prompt is solved. */
  found: z.record(z.string(), z.string()),
});
export type Rewards = z.infer<typeof Rewards>;

/**
 * Rewards of a group as they are learned from: a proposal that did no better than every sample gets null, which keeps it out
 * of the baseline and the loss, as does a completion that could not be scored.
 */
export function groupRewards(
  completions: readonly Pick<Completion, 'proposed'>[],
  earned: readonly (number | null)[],
): (number | null)[] {
  const best = Math.max(...earned.filter((reward, i) => reward !== null && !completions[i]?.proposed).map(Number));
  return earned.map((reward, i) => (reward !== null && completions[i]?.proposed && reward <= best ? null : reward));
}
