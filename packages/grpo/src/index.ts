/** Group Relative Policy Optimization: pure functions over plain numbers and over tensors passed in. */
export { type Advantages, computeAdvantages, type ScaleRewards } from './advantages.ts';
export { batchAdvantages } from './batch-advantages.ts';
export {
  type CorrectionMode,
  correctionModes,
  type ImportanceCorrection,
  importanceWeights,
  type SampledElsewhere,
  samplingMetrics,
  unknownShare,
} from './importance-correction.ts';
export { type GrpoLoss, grpoLoss, type LossInputs, type LossOptions } from './loss.ts';
export { type LossSums, lossMetrics } from './loss-metrics.ts';
export {
  completionMetrics,
  type ExecutionOutcome,
  executionMetrics,
  rewardMetrics,
  samplerLogProbGap,
} from './metrics.ts';
export type { ImportanceSampling } from './ratio.ts';
export { type BatchCounts, countBatch, type LossType } from './reduce.ts';
