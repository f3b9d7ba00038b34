/** What the API tells of rollouts: overviews of updates, groups, completions, and the map of groups without a signal. */
import { z } from 'zod';

const count = () => z.number().int().nonnegative();
const share = () => z.number().min(0).max(1);

/** As packages/contracts has them; here in an order that stacks well: right at the bottom, then ran, then did not. */
export const outcomeClasses = [
  'ok',
  'wrong',
  'empty',
  'truncated',
  'unknown_name',
  'syntax',
  'not_select',
  'timeout',
  'out_of_memory',
  'other',
] as const;
export const OutcomeClass = z.enum(outcomeClasses);
export type OutcomeClass = z.infer<typeof OutcomeClass>;

/**
 * What can be learned from a group. `mixed`: its rewards differ, so it carries a signal. The others have no variance: every
 * sample right on all questions, wrong on all, or all equally right on some of them.
 */
export const GroupState = z.enum(['mixed', 'allRight', 'allWrong', 'equal']);
export type GroupState = z.infer<typeof GroupState>;

/** An artifact that is not there, with what to do about it. */
export const LostArtifact = z.object({ kind: z.string(), hash: z.string(), message: z.string(), hint: z.string() });
export type LostArtifact = z.infer<typeof LostArtifact>;

/** `older`: the run was made by a version that did not keep what its queries returned. */
export const ExecutionsState = z.enum(['stored', 'older', 'lost']);
export type ExecutionsState = z.infer<typeof ExecutionsState>;

const UpdatesWindow = {
  /** Updates after this one. */
  after: z.coerce.number().int().nonnegative().max(1e9).default(0),
};

export const RolloutsQuery = z.object({
  ...UpdatesWindow,
  limit: z.coerce.number().int().positive().max(500).default(100),
});
export type RolloutsQuery = z.infer<typeof RolloutsQuery>;

export const RolloutSummary = z.object({
  update: count(),
  reward: z.number().nullable(),
  rewardStd: z.number().nullable(),
  /** Share of queries with the right answer. */
  accuracy: share().nullable(),
  tokens: count().nullable(),
  shards: count(),
});
export const RolloutsPage = z.object({ items: z.array(RolloutSummary), total: count() });
export type RolloutsPage = z.infer<typeof RolloutsPage>;

export const MapQuery = z.object({
  ...UpdatesWindow,
  limit: z.coerce.number().int().positive().max(200).default(100),
});
export type MapQuery = z.infer<typeof MapQuery>;

/** Prompts × updates; what is not among the cells was not drawn. */
export const RolloutMap = z.object({
  updates: z.array(count()),
  /** Those with the most groups without a signal first. */
  prompts: z.array(z.object({ prompt: z.string(), drawn: count(), dead: count() })),
  cells: z.array(
    z.object({
      row: count(),
      column: count(),
      /** Place of the group in its update. */
      group: count(),
      state: GroupState,
      /** Share of right answers among the samples. */
      solved: share(),
    }),
  ),
  /** All updates of the run that have a rollout. */
  total: count(),
  lost: z.array(LostArtifact.extend({ update: count() })),
});
export type RolloutMap = z.infer<typeof RolloutMap>;

export const GroupQuestion = z.object({
  /** Place among the train questions. */
  index: count(),
  question: z.string(),
  answer: z.string(),
  type: z.string(),
});
export type GroupQuestion = z.infer<typeof GroupQuestion>;

export const GroupSummary = z.object({
  group: count(),
  prompt: z.string(),
  questions: z.array(GroupQuestion),
  rewardMean: z.number().nullable(),
  rewardStd: z.number().nullable(),
  solved: share().nullable(),
  state: GroupState.nullable(),
  samples: count(),
  /** Different texts among the samples. */
  distinct: count(),
  /** Proposals that joined the group. */
  adopted: count(),
});
export type GroupSummary = z.infer<typeof GroupSummary>;

const page = {
  offset: z.coerce.number().int().nonnegative().max(1e9).default(0),
  limit: z.coerce.number().int().positive().max(1000).default(50),
};

export const GroupsQuery = z.object({
  state: GroupState.optional(),
  /** In the prompt, a question or an answer; upper and lower case alike. */
  text: z.string().max(500).optional(),
  sort: z.enum(['group', 'reward', 'std', 'solved', 'distinct']).default('group'),
  descending: z.enum(['true', 'false']).default('false'),
  ...page,
});
export type GroupsQuery = z.infer<typeof GroupsQuery>;

export const GroupsPage = z.object({
  items: z.array(GroupSummary),
  /** That fit the filter. */
  total: count(),
  states: z.object({ mixed: count(), allRight: count(), allWrong: count(), equal: count() }),
  executions: ExecutionsState,
  lost: z.array(LostArtifact),
});
export type GroupsPage = z.infer<typeof GroupsPage>;

export const CompletionsQuery = z.object({
  /** Completions with such an outcome for one of their questions. */
  outcome: OutcomeClass.optional(),
  /** In the query, the question or the answer. */
  text: z.string().max(500).optional(),
  group: z.coerce.number().int().nonnegative().optional(),
  sort: z.enum(['group', 'reward', 'advantage', 'length']).default('group'),
  descending: z.enum(['true', 'false']).default('false'),
  ...page,
});
export type CompletionsQuery = z.infer<typeof CompletionsQuery>;

export const CompletionRow = z.object({
  group: count(),
  completion: count(),
  question: z.string(),
  answer: z.string(),
  /** As generated, and with the values of the question above. */
  text: z.string(),
  sql: z.string(),
  /** Queries that failed before it, as generated, with what the policy was told. */
  turns: z.array(z.object({ text: z.string(), outcome: OutcomeClass, message: z.string() })),
  /** Of the execution for that question; null when it was not kept. */
  outcome: OutcomeClass.nullable(),
  message: z.string().nullable(),
  /** How many of its questions had each outcome. */
  outcomes: z.partialRecord(OutcomeClass, count()),
  reward: z.number().nullable(),
  advantage: z.number().nullable(),
  /** Tokens. */
  length: count(),
  finished: z.boolean(),
  proposed: z.boolean(),
});
export type CompletionRow = z.infer<typeof CompletionRow>;

export const CompletionsPage = z.object({
  items: z.array(CompletionRow),
  total: count(),
  /** Completions of the update with each outcome. */
  outcomes: z.partialRecord(OutcomeClass, count()),
  executions: ExecutionsState,
  lost: z.array(LostArtifact),
});
export type CompletionsPage = z.infer<typeof CompletionsPage>;

/** Shares of outcomes over the updates of a run; of runs of earlier versions, in fewer classes. */
export const OutcomeStream = z.object({
  updates: z.array(count()),
  layers: z.array(z.object({ outcome: OutcomeClass, label: z.string(), shares: z.array(share()) })),
  classes: z.enum(['all', 'five']),
});
export type OutcomeStream = z.infer<typeof OutcomeStream>;
