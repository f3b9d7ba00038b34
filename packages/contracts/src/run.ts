/** What the experiment workflow is started with, tells about itself while it runs, records, and returns. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { ExperimentConfig } from './experiment-config.ts';
import { Metrics, PairedComparison, PolicyState, PrepareDatasetOutput, ScoredRollout, Scores } from './steps.ts';

/** `policy`: TensorFlow.js, one step at a time. `sql`: next to the database. `cpu`: the rest, and the workflows. */
export const TaskQueue = z.enum(['cpu', 'policy', 'sql']);
export type TaskQueue = z.infer<typeof TaskQueue>;

export const SplitName = z.enum(['train', 'dev', 'test']);
export type SplitName = z.infer<typeof SplitName>;

/** Seconds of each phase. `evaluate` counts dev evaluations between updates and the last test; `baseline` those before. */
export const PhaseSeconds = z.object({
  prepare: z.number(),
  warmStart: z.number(),
  baseline: z.number(),
  train: z.number(),
  evaluate: z.number(),
  total: z.number(),
});
export type PhaseSeconds = z.infer<typeof PhaseSeconds>;

/** An evaluated policy that may be chosen in the end: its snapshot has an empty replay. */
export const Candidate = z.object({ policy: PolicyState, dev: Scores });
export type Candidate = z.infer<typeof Candidate>;

/** Everything a run carries from one workflow execution to the next (continue-as-new): references and small numbers only. */
export const TrainingState = z.object({
  startedAtMs: z.number(),
  seconds: PhaseSeconds,
  prepared: PrepareDatasetOutput,
  base: z.object({ policy: PolicyState, dev: Scores, test: Scores, predictions: ArtifactRef }),
  policy: PolicyState,
  /** The last update's rollout with its rewards, one for each shard; empty before the first. */
  previous: z.array(ScoredRollout),
  /** Tokens sampled so far. */
  tokens: z.number().int(),
  best: Candidate.nullable(),
  /** Accuracy on dev by update, 0 being the base. */
  dev: z.array(z.object({ update: z.number().int(), accuracy: z.number(), errorRate: z.number() })),
  /** The last updates with their metrics, oldest first: what `progress` shows. */
  recent: z.array(z.object({ update: z.number().int(), metrics: Metrics })),
});
export type TrainingState = z.infer<typeof TrainingState>;

/** A place in a run to go on from; without `update`, the last one that is stored whole. */
export const RunPlace = z.object({ runId: z.string().min(1), update: z.number().int().nonnegative().optional() });
export type RunPlace = z.infer<typeof RunPlace>;

export const ExperimentInput = z.object({
  runId: z.string().min(1),
  config: ExperimentConfig,
  /** What the store holds to go on from: of this run (resumed after it ended), or of another (a branch). */
  from: RunPlace.optional(),
  /** Stop after this update, which must be an evaluated one, instead of concluding: a rung of a sweep. */
  until: z.number().int().positive().optional(),
  sweepId: z.string().optional(),
  /** Set by continue-as-new alone. */
  continued: TrainingState.optional(),
});
export type ExperimentInput = z.infer<typeof ExperimentInput>;

export const RunPhase = z.enum(['prepare', 'warmStart', 'baseline', 'train', 'evaluate', 'done']);
export type RunPhase = z.infer<typeof RunPhase>;

/** Answer of the workflow's `progress` query. */
export interface RunProgress {
  phase: RunPhase;
  paused: boolean;
  update: number;
  updates: number;
  recent: TrainingState['recent'];
  dev: TrainingState['dev'];
  base: { dev: Scores; test: Scores } | null;
}

/** One question with the queries of the base and the trained policy. */
export const Example = z.object({
  question: z.string(),
  answer: z.string(),
  before: z.object({ sql: z.string(), result: z.string(), correct: z.boolean() }),
  after: z.object({ sql: z.string(), result: z.string(), correct: z.boolean() }),
});
export type Example = z.infer<typeof Example>;

export const RunResult = z.object({
  runId: z.string(),
  /** Label of the dataset. */
  dataset: z.string(),
  seed: z.number().int(),
  updates: z.number().int(),
  /** Tokens sampled in training. */
  tokens: z.number().int(),
  /** Update whose policy was best on dev, the later one on a tie. */
  bestUpdate: z.number().int(),
  base: Scores,
  final: Scores,
  comparison: PairedComparison,
  dev: TrainingState.shape.dev,
  checkpoint: ArtifactRef,
  examples: z.array(Example),
  seconds: PhaseSeconds,
});
export type RunResult = z.infer<typeof RunResult>;

/** What the experiment workflow returns: a result, or where it stopped as it was told to (`until`). */
export const RunOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('finished'), result: RunResult }),
  z.object({
    status: z.literal('stopped'),
    runId: z.string(),
    update: z.number().int(),
    tokens: z.number().int(),
    /** Dev scores of the policy at `update`. */
    dev: Scores,
  }),
]);
export type RunOutcome = z.infer<typeof RunOutcome>;

/** `stopped` at a rung of a sweep and `paused` go on when told to; the last three have ended, and can be resumed too. */
export const RunStatus = z.enum(['running', 'paused', 'stopped', 'finished', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;

/**
 * Makes the run's row, or sets it back to running. With `from` another run (a branch), rows of the shared prefix are copied.
 * A config that differs from the stored one is recorded as a change at the update the run goes on from.
 */
export const StartRunInput = ExperimentInput.pick({ runId: true, config: true, from: true, sweepId: true });
export type StartRunInput = z.infer<typeof StartRunInput>;

/** Rebuilds the state of a run at a place from what is stored. */
export const RestoreRunInput = z.object({ from: RunPlace });
export type RestoreRunInput = z.infer<typeof RestoreRunInput>;
/** Null when the run had not got as far as its baseline: it then begins anew, reusing the steps that were done. */
export const RestoreRunOutput = z
  .object({
    state: TrainingState,
    /** Settings that the updates still to be replayed were made with. */
    grpo: ExperimentConfig.shape.grpo,
    rollout: ExperimentConfig.shape.rollout,
  })
  .nullable();
export type RestoreRunOutput = z.infer<typeof RestoreRunOutput>;

export const SetRunStatusInput = z.object({ runId: z.string(), status: z.enum(['running', 'paused', 'stopped']) });
export type SetRunStatusInput = z.infer<typeof SetRunStatusInput>;

/** Deletes what is not needed to go on or to choose from: snapshots before the last `keepLast` and the gradients before them. */
export const PruneCheckpointsInput = z.object({
  runId: z.string(),
  keepLast: z.number().int().positive(),
  /** Kept whatever their age: the base and the best on dev. */
  keep: z.array(ArtifactRef),
});
export type PruneCheckpointsInput = z.infer<typeof PruneCheckpointsInput>;

export const RecordDatasetInput = z.object({ runId: z.string(), prepared: PrepareDatasetOutput });
export type RecordDatasetInput = z.infer<typeof RecordDatasetInput>;

/** Metrics of one update (0: the warm start) with what it made. */
export const RecordMetricsInput = z.object({
  runId: z.string(),
  update: z.number().int().nonnegative(),
  metrics: Metrics,
  /** One for each shard; empty for update 0. */
  scored: z.array(ScoredRollout),
  /** Summed gradients that the update's replay needs, with several shards. */
  gradients: z.array(ArtifactRef),
  checkpoint: ArtifactRef.nullable(),
});
export type RecordMetricsInput = z.infer<typeof RecordMetricsInput>;

export const RecordEvaluationInput = z.object({
  runId: z.string(),
  update: z.number().int().nonnegative(),
  split: SplitName,
  scores: Scores,
  predictions: ArtifactRef,
});
export type RecordEvaluationInput = z.infer<typeof RecordEvaluationInput>;

export const ComparePoliciesInput = z.object({
  runId: z.string(),
  seed: z.number().int(),
  /** Predictions of both policies on the test split. */
  base: ArtifactRef,
  final: ArtifactRef,
  /** Update of the final policy; the base is update 0. */
  finalUpdate: z.number().int().nonnegative(),
});
export type ComparePoliciesInput = z.infer<typeof ComparePoliciesInput>;
export const ComparePoliciesOutput = z.object({ comparison: PairedComparison, examples: z.array(Example) });
export type ComparePoliciesOutput = z.infer<typeof ComparePoliciesOutput>;

export const FinishRunInput = z.union([
  z.object({ runId: z.string(), status: z.literal('finished'), result: RunResult }),
  z.object({ runId: z.string(), status: z.enum(['failed', 'cancelled']), error: z.string() }),
]);
export type FinishRunInput = z.infer<typeof FinishRunInput>;
