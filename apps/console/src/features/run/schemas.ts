/** What the API tells of one run. Times are ISO 8601, shares in [0, 1], durations in seconds. */
import { z } from 'zod';

const time = () => z.iso.datetime();
const count = () => z.number().int().nonnegative();
const interval = () => z.tuple([z.number(), z.number()]);

export const RunStatus = z.enum(['running', 'paused', 'stopped', 'finished', 'failed', 'cancelled']);

export const RelatedRun = z.object({
  id: z.string(),
  name: z.string(),
  seed: z.number().int(),
  status: RunStatus,
  /** For a branch: the last update it shares. */
  parentUpdate: count().nullable(),
});
export type RelatedRun = z.infer<typeof RelatedRun>;

/** Scores of one evaluation, with the 95 % Wilson interval of each share. */
export const ScoreSummary = z.object({
  update: count(),
  split: z.enum(['train', 'dev', 'test']),
  n: count(),
  correct: count(),
  accuracy: z.number(),
  accuracyCi95: interval(),
  failed: count(),
  errorRate: z.number(),
  errorRateCi95: interval(),
  ems: z.number(),
  rems: z.number(),
});
export type ScoreSummary = z.infer<typeof ScoreSummary>;

const Written = z.object({ sql: z.string(), result: z.string(), correct: z.boolean() });
export const RunExample = z.object({ question: z.string(), answer: z.string(), before: Written, after: Written });
export type RunExample = z.infer<typeof RunExample>;

export const PendingStep = z.object({
  step: z.string(),
  activityId: z.string(),
  state: z.enum(['scheduled', 'started', 'cancelling', 'paused']),
  attempt: count(),
  /** 0: no limit. */
  maximumAttempts: count(),
  failure: z.string().nullable(),
  worker: z.string().nullable(),
  scheduledAt: z.string().nullable(),
  startedAt: z.string().nullable(),
  heartbeatAt: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  progress: z
    .object({ phase: z.string(), done: z.number(), total: z.number(), detail: z.string().optional() })
    .nullable(),
});
export type PendingStep = z.infer<typeof PendingStep>;

/** What Temporal says of the run at this moment. */
export const LiveNow = z.object({
  /** Of the last execution; `unknown`: Temporal has none of this id. */
  execution: z.string(),
  phase: z.string().nullable(),
  paused: z.boolean(),
  update: count().nullable(),
  historyEvents: count(),
  steps: z.array(PendingStep),
});
export type LiveNow = z.infer<typeof LiveNow>;

export const RunChange = z.object({
  update: count(),
  field: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  at: time(),
});
export type RunChange = z.infer<typeof RunChange>;

export const RunAction = z.object({
  id: z.string(),
  name: z.string(),
  actor: z.string(),
  detail: z.string(),
  at: time(),
});
export type RunAction = z.infer<typeof RunAction>;

export const RunDetail = z
  .object({
    id: z.string(),
    name: z.string(),
    seed: z.number().int(),
    status: RunStatus,
    createdAt: time(),
    finishedAt: time().nullable(),
    /** Last update with metrics, of the updates it is to have. */
    update: count(),
    updates: count(),
    /** Split that chooses the best update and the one that reports: names for people. */
    dataset: z.object({ hash: z.string(), label: z.string() }).nullable(),
    sweep: z.object({ id: z.string(), name: z.string() }).nullable(),
    parent: z.object({ runId: z.string(), update: count() }).nullable(),
    branches: z.array(RelatedRun),
    /** Runs with the same settings, this one included. */
    seeds: z.array(RelatedRun),
    tags: z.array(z.string()),
    notes: z.array(z.object({ id: z.string(), text: z.string(), createdAt: time() })),
    actions: z.array(RunAction),
    changes: z.array(RunChange),
    error: z.string().nullable(),
    /** On test once finished, before that on dev so far. */
    base: ScoreSummary.nullable(),
    best: ScoreSummary.nullable(),
    comparison: z
      .object({
        /** Difference of accuracy in percentage points, with its 95 % interval. */
        points: z.number(),
        ci95: interval(),
        mcnemarP: z.number(),
        verdict: z.enum(['better', 'worse', 'undecided']),
      })
      .nullable(),
    examples: z.array(RunExample),
    /** By kind of step, longest first; shards count one after the other. */
    time: z.array(z.object({ step: z.string(), steps: count(), seconds: z.number() })),
    tokens: count(),
    /** Estimate from the last updates; null unless it is at work. */
    secondsLeft: z.number().nullable(),
    now: LiveNow.nullable(),
    /** Why `now` is not known. */
    nowProblem: z.string().nullable(),
  })
  .describe('One run.');
export type RunDetail = z.infer<typeof RunDetail>;
