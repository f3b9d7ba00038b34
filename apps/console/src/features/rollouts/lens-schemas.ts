/** What the API tells of one group: its completions with all that is known of each. */
import { z } from 'zod';
import { ExecutionsState, GroupQuestion, GroupState, LostArtifact, OutcomeClass } from './schemas.ts';

const count = () => z.number().int().nonnegative();

export const LensExecution = z.discriminatedUnion('ran', [
  z.object({ ran: z.literal(false), outcome: OutcomeClass, message: z.string() }),
  z.object({
    ran: z.literal(true),
    outcome: OutcomeClass,
    /** Share of the answer's parts found in the result. */
    rems: z.number(),
    columns: z.array(z.string()),
    rowCount: count(),
    /** The first of them, long cells cut. */
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
]);
export type LensExecution = z.infer<typeof LensExecution>;

/** Equal completions are one, with their places in the group. */
export const LensCompletion = z.object({
  places: z.array(count()).min(1),
  text: z.string(),
  /** With the values of each question of the group. */
  bound: z.array(z.string()),
  /** Queries that failed before it, as generated, with what the policy was told. */
  turns: z.array(z.object({ text: z.string(), outcome: OutcomeClass, message: z.string() })),
  finished: z.boolean(),
  proposed: z.boolean(),
  /** Tokens. */
  length: count(),
  /** Sum over its tokens under the policy that sampled it. */
  logProb: z.number(),
  /** Null for a proposal that did no better than the samples, or when rewards are lost. */
  reward: z.number().nullable(),
  /** What it is made of, by function or, where outcomes have one value each, by outcome; null when that is lost. */
  parts: z.record(z.string(), z.number()).nullable(),
  /** Null where there is no reward. */
  advantage: z.number().nullable(),
  /** Per question of the group; null when they were not kept. */
  executions: z.array(LensExecution).nullable(),
});
export type LensCompletion = z.infer<typeof LensCompletion>;

export const GroupLens = z.object({
  runId: z.string(),
  update: count(),
  group: count(),
  /** Groups of the update. */
  groups: count(),
  prompt: z.string(),
  questions: z.array(GroupQuestion),
  state: GroupState.nullable(),
  solved: z.number().nullable(),
  rewardMean: z.number().nullable(),
  rewardStd: z.number().nullable(),
  /** By what advantages are divided. */
  scaleRewards: z.enum(['group', 'batch', 'none']),
  /** How several reward functions make one advantage. */
  combine: z.enum(['sum', 'gdpo']),
  /** The highest reward first, then the more frequent. */
  completions: z.array(LensCompletion),
  executions: ExecutionsState,
  lost: z.array(LostArtifact),
});
export type GroupLens = z.infer<typeof GroupLens>;

/** The same prompt at other updates. */
export const PromptHistory = z.object({
  items: z.array(z.object({ update: count(), group: count(), state: GroupState, solved: z.number() })),
  total: count(),
});
export type PromptHistory = z.infer<typeof PromptHistory>;
