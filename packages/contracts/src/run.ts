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
  previous: ScoredRollout.nullable(),
  best: Candidate.nullable(),
  /** Accuracy on dev by update, 0 being the base. */
  dev: z.array(z.object({ update: z.number().int(), accuracy: z.number(), errorRate: z.number() })),
  /** The last updates with their metrics, oldest first: what `progress` shows. */
  recent: z.array(z.object({ update: z.number().int(), metrics: Metrics })),
});
export type TrainingState = z.infer<typeof TrainingState>;

export const ExperimentInput = z.object({
  runId: z.string().min(1),
  config: ExperimentConfig,
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

export const StartRunInput = z.object({ runId: z.string(), config: ExperimentConfig });
export type StartRunInput = z.infer<typeof StartRunInput>;

export const RecordDatasetInput = z.object({ runId: z.string(), prepared: PrepareDatasetOutput });
export type RecordDatasetInput = z.infer<typeof RecordDatasetInput>;

/** Metrics of one update (0: the warm start) with what it made. */
export const RecordMetricsInput = z.object({
  runId: z.string(),
  update: z.number().int().nonnegative(),
  metrics: Metrics,
  scored: ScoredRollout.nullable(),
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
