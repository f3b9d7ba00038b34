/** The steps of an experiment by task queue: what workflows call and workers provide. */
import type * as run from './run.ts';
import type * as steps from './steps.ts';

/** Need the policy in memory (TensorFlow.js). */
export interface PolicySteps {
  warmStart(input: steps.WarmStartInput): Promise<steps.WarmStartOutput>;
  generateRollout(input: steps.GenerateRolloutInput): Promise<steps.GenerateRolloutOutput>;
  updatePolicy(input: steps.UpdatePolicyInput): Promise<steps.UpdatePolicyOutput>;
  evaluatePolicy(input: steps.EvaluatePolicyInput): Promise<steps.EvaluatePolicyOutput>;
}

/** Run queries against the database. */
export interface SqlSteps {
  scoreCompletions(input: steps.ScoreCompletionsInput): Promise<steps.ScoreCompletionsOutput>;
}

/** Everything else: data preparation, and writing to the store. */
export interface CpuSteps {
  prepareDataset(input: steps.PrepareDatasetInput): Promise<steps.PrepareDatasetOutput>;
  startRun(input: run.StartRunInput): Promise<void>;
  recordDataset(input: run.RecordDatasetInput): Promise<void>;
  recordMetrics(input: run.RecordMetricsInput): Promise<void>;
  recordEvaluation(input: run.RecordEvaluationInput): Promise<void>;
  comparePolicies(input: run.ComparePoliciesInput): Promise<run.ComparePoliciesOutput>;
  finishRun(input: run.FinishRunInput): Promise<void>;
}
