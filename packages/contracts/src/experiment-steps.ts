/** The steps of an experiment by task queue: what workflows call and workers provide. */

import type { ArtifactRef } from './artifact.ts';
import type * as run from './run.ts';
import type * as steps from './steps.ts';
import type * as sweep from './sweep.ts';

/** Need the policy in memory (TensorFlow.js). */
export interface PolicySteps {
  warmStart(input: steps.WarmStartInput): Promise<steps.WarmStartOutput>;
  generateRollout(input: steps.GenerateRolloutInput): Promise<steps.GenerateRolloutOutput>;
  computeGradient(input: steps.ComputeGradientInput): Promise<steps.ComputeGradientOutput>;
  updatePolicy(input: steps.UpdatePolicyInput): Promise<steps.UpdatePolicyOutput>;
  snapshotPolicy(input: steps.SnapshotPolicyInput): Promise<steps.SnapshotPolicyOutput>;
  evaluatePolicy(input: steps.EvaluatePolicyInput): Promise<steps.EvaluatePolicyOutput>;
}

/** Run queries against the database. */
export interface SqlSteps {
  scoreCompletions(input: steps.ScoreCompletionsInput): Promise<steps.ScoreCompletionsOutput>;
}

/** Neither: data preparation, and joining what shards computed. */
export interface DataSteps {
  prepareDataset(input: steps.PrepareDatasetInput): Promise<steps.PrepareDatasetOutput>;
  reduceGradients(input: steps.ReduceGradientsInput): Promise<steps.ReducedGradient>;
  mergeEvaluations(input: steps.MergeEvaluationsInput): Promise<steps.EvaluatePolicyOutput>;
}

/** Write to the store, or read from it. */
export interface RecordSteps {
  startRun(input: run.StartRunInput): Promise<void>;
  restoreRun(input: run.RestoreRunInput): Promise<run.RestoreRunOutput>;
  setRunStatus(input: run.SetRunStatusInput): Promise<void>;
  recordDataset(input: run.RecordDatasetInput): Promise<void>;
  recordMetrics(input: run.RecordMetricsInput): Promise<void>;
  recordEvaluation(input: run.RecordEvaluationInput): Promise<void>;
  pruneCheckpoints(input: run.PruneCheckpointsInput): Promise<void>;
  comparePolicies(input: run.ComparePoliciesInput): Promise<run.ComparePoliciesOutput>;
  finishRun(input: run.FinishRunInput): Promise<void>;
  startSweep(input: sweep.StartSweepInput): Promise<sweep.StartSweepOutput>;
  finishSweep(input: sweep.FinishSweepInput): Promise<void>;
}

/** A step that made an artifact, as its task queue knows it. */
export interface Producer {
  queue: run.TaskQueue;
  step: string;
  input: unknown;
}

/** Knows how artifacts were made. */
export interface RecoverySteps {
  /** The step that made an artifact that is lost or damaged; null when nobody knows. */
  findProducer(input: { artifact: ArtifactRef }): Promise<Producer | null>;
}

export interface CpuSteps extends DataSteps, RecordSteps, RecoverySteps {}
