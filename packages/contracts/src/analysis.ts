/** What is asked of a stored run afterwards, and the answers (docs/analyses.md): rescore, audit, replay, evaluate. */
import { z } from 'zod';
import { GrpoConfig, RewardConfig } from './experiment-config.ts';
import { EvaluatePolicyOutput, Metrics } from './steps.ts';

const count = () => z.number().int().nonnegative();
const share = () => z.number().min(0).max(1);
const updateNumber = () => z.number().int().positive();

export const AnalysisKind = z.enum(['rescore', 'audit', 'replay', 'evaluate']);
export type AnalysisKind = z.infer<typeof AnalysisKind>;

export const AnalysisStatus = z.enum(['running', 'finished', 'failed']);
export type AnalysisStatus = z.infer<typeof AnalysisStatus>;

/** Which updates of the run: `first`, `first + every`, … up to `last`; the last stored update when left out. */
const updateRange = {
  first: updateNumber().default(1).describe('First update looked at.'),
  last: updateNumber().optional().describe('Last update looked at; the last that is stored when left out.'),
  every: updateNumber().default(1).describe('Updates from one that is looked at to the next.'),
};

export const RescoreSettings = z
  .strictObject({
    reward: RewardConfig,
    scaleRewards: GrpoConfig.shape.scaleRewards.unwrap().describe('What advantages are divided by.'),
    ...updateRange,
  })
  .describe('Other rewards for the completions of a run.');
export type RescoreSettings = z.infer<typeof RescoreSettings>;

export const AuditSettings = z
  .strictObject({
    sample: z
      .number()
      .int()
      .positive()
      .max(1000)
      .default(64)
      .describe('Rewarded queries looked at in each update: distinct pairs of query and question.'),
    seed: count().default(1).describe('Keys the draw of the sample and the changes of the database.'),
    ...updateRange,
    every: updateNumber().default(10).describe('Updates from one that is looked at to the next.'),
  })
  .describe('Whether rewarded queries read their answers from the database.');
export type AuditSettings = z.infer<typeof AuditSettings>;

export const ReplaySettings = z
  .strictObject({ update: updateNumber().describe('The update that is done again.') })
  .describe('One update done again from its stored inputs.');
export type ReplaySettings = z.infer<typeof ReplaySettings>;

export const EvaluateSettings = z
  .strictObject({
    split: z.string().min(1).describe('Split, or path of a file, that takes the place of the test split.'),
  })
  .describe('The policies of a finished run, before GRPO and best on dev, on another split.');
export type EvaluateSettings = z.infer<typeof EvaluateSettings>;

const runId = z.string().min(1);

/** What is asked for; without `reward` or `scaleRewards` a rescore takes those the run ended with. */
export const AnalysisRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rescore'),
    runId,
    settings: RescoreSettings.partial({ reward: true, scaleRewards: true }).prefault({}),
  }),
  z.strictObject({ kind: z.literal('audit'), runId, settings: AuditSettings.prefault({}) }),
  z.strictObject({ kind: z.literal('replay'), runId, settings: ReplaySettings }),
  z.strictObject({ kind: z.literal('evaluate'), runId, settings: EvaluateSettings }),
]);
export type AnalysisRequest = z.infer<typeof AnalysisRequest>;

/** Rewards and advantages of some completions. Null where there are none. */
export const RewardStatistics = z.object({
  meanReward: z.number().nullable(),
  /** Over all scored completions, n − 1. */
  stdReward: z.number().nullable(),
  /** Share of groups whose rewards are all equal: nothing is learned from them. */
  zeroVariance: share().nullable(),
  meanAbsoluteAdvantage: z.number().nullable(),
});
export type RewardStatistics = z.infer<typeof RewardStatistics>;

export const RescoreComparison = z.object({
  groups: count(),
  /** Those scored both before and after; a proposal that did no better than the samples is not. */
  completions: count(),
  /** As the run stored them. */
  before: RewardStatistics,
  after: RewardStatistics,
  /** Pearson, of old and new advantages; null when one of them does not vary. */
  correlation: z.number().min(-1).max(1).nullable(),
  /** Share of completions whose advantage went from positive to negative or back. */
  signChanged: share().nullable(),
});
export type RescoreComparison = z.infer<typeof RescoreComparison>;

export const RescoreResult = z.object({
  overall: RescoreComparison,
  updates: z.array(RescoreComparison.extend({ update: updateNumber() })),
});
export type RescoreResult = z.infer<typeof RescoreResult>;

/**
 * `no_table`: reads no table. `answer_literal`: the answer stands in the query and not in the question. `unchanged`: the
 * same result on every perturbed copy of the database.
 */
export const AuditReason = z.enum(['no_table', 'answer_literal', 'unchanged']);
export type AuditReason = z.infer<typeof AuditReason>;

export const AuditCounts = z.object({
  /** Distinct pairs of query and question that were right. */
  rewarded: count(),
  /** Those of them that were looked at and could be judged. */
  audited: count(),
  survived: count(),
  /** `survived / audited` with its 95 % Wilson interval; null when none was audited. */
  share: share().nullable(),
  ci95: z.tuple([share(), share()]).nullable(),
  /** How many were flagged for each reason; one query may have several. */
  reasons: z.record(AuditReason, count()),
  /** Looked at, but an execution failed, so that nothing can be said. */
  undecided: count(),
});
export type AuditCounts = z.infer<typeof AuditCounts>;

export const AuditExample = z.object({
  question: z.string(),
  answer: z.string(),
  /** With values bound, as it ran. */
  sql: z.string(),
  /** Results as text, cut at 500 characters: on the database, and on the first copy where it is another, else the first. */
  before: z.string(),
  after: z.string(),
  survived: z.boolean(),
  reasons: z.array(AuditReason),
});
export type AuditExample = z.infer<typeof AuditExample>;

/** How the copies of the database differ from it: the values of these columns have changed places. */
export const Perturbation = z.object({
  copies: count(),
  columns: z.array(
    z.object({
      table: z.string(),
      column: z.string(),
      rows: count(),
      /** Share of its cells that hold another value, mean over the copies. */
      changed: share(),
    }),
  ),
});
export type Perturbation = z.infer<typeof Perturbation>;

export const AuditResult = z.object({
  overall: AuditCounts,
  /** Up to five examples each, flagged ones first. */
  updates: z.array(AuditCounts.extend({ update: updateNumber(), examples: z.array(AuditExample) })),
  perturbation: Perturbation,
});
export type AuditResult = z.infer<typeof AuditResult>;

/** Something an update made, as it is stored and as it came out again. */
export const ReplayedPart = z.object({
  /** `next rollout`: of the update after, which tells whether the weights are equal where no snapshot was written. */
  what: z.enum(['rollout', 'rewards', 'weights', 'next rollout']),
  /** 0-based shard; null for what there is one of. */
  shard: count().nullable(),
  storedHash: z.string(),
  replayedHash: z.string(),
  equal: z.boolean(),
  /** Of weights, rewards, or log-probabilities of a rollout; null when equal, or when shapes or texts differ already. */
  largestDifference: z.number().nonnegative().nullable(),
  /** What differs, in words; null when equal. */
  difference: z.string().nullable(),
});
export type ReplayedPart = z.infer<typeof ReplayedPart>;

export const ReplayResult = z.object({
  update: updateNumber(),
  /** Everything compared is equal to the last bit. */
  equal: z.boolean(),
  /** Largest of all differences, metrics included; 0 when equal. */
  largestDifference: z.number().nonnegative(),
  /** Snapshot that the policy was rebuilt from, and the stored updates replayed on it. */
  from: z.object({ update: count(), snapshotHash: z.string(), replayed: count() }),
  parts: z.array(ReplayedPart),
  /** Of this update, by name. */
  metrics: z.object({ stored: Metrics, replayed: Metrics, largestDifference: z.number().nonnegative() }),
  seconds: z.number().nonnegative(),
});
export type ReplayResult = z.infer<typeof ReplayResult>;

export const EvaluateResult = z.object({
  split: z.string(),
  /** Of the dataset that was used. */
  label: z.string(),
  /** Questions of the split whose answer no query over the data can give. */
  outsideData: count(),
  /** The policy before GRPO. */
  base: EvaluatePolicyOutput,
  /** The policy that was best on dev. */
  final: EvaluatePolicyOutput,
});
export type EvaluateResult = z.infer<typeof EvaluateResult>;

/** Answer of the workflow's `progress` query: updates, or steps of an evaluation, done so far. */
export interface AnalysisProgress {
  done: number;
  total: number;
}

/** An analysis with settings and result of its kind. */
interface AnalysisOf<Kind extends AnalysisKind, Settings, Result> {
  id: string;
  runId: string;
  kind: Kind;
  settings: Settings;
  status: AnalysisStatus;
  /** Null until finished. */
  result: Result | null;
  error: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}
export type Analysis =
  | AnalysisOf<'rescore', RescoreSettings, RescoreResult>
  | AnalysisOf<'audit', AuditSettings, AuditResult>
  | AnalysisOf<'replay', ReplaySettings, ReplayResult>
  | AnalysisOf<'evaluate', EvaluateSettings, EvaluateResult>;
