/** Name to step: the one place that imports the steps' implementations. Each is loaded when first needed, so that a process loads only what it runs. */
import type {
  AnalysisCpuSteps,
  AnalysisPolicySteps,
  AnalysisSqlSteps,
  DataSteps,
  PolicySteps,
  SqlSteps,
  TaskQueue,
} from '@queryloop/contracts';
import type { StepLoaders } from './serve-steps.ts';

/** Run in the policy process, with TensorFlow.js. */
export const policyStepLoaders = {
  warmStart: async () => (await import('@queryloop/activities/warm-start')).warmStart,
  generateRollout: async () => (await import('@queryloop/activities/generate-rollout')).generateRollout,
  computeGradient: async () => (await import('@queryloop/activities/compute-gradient')).computeGradient,
  updatePolicy: async () => (await import('@queryloop/activities/update-policy')).updatePolicy,
  snapshotPolicy: async () => (await import('@queryloop/activities/snapshot-policy')).snapshotPolicy,
  evaluatePolicy: async () => (await import('@queryloop/activities/evaluate-policy')).evaluatePolicy,
  replayUpdate: async () => (await import('./replay-update.ts')).replayUpdate,
} satisfies StepLoaders & Record<keyof PolicySteps | keyof AnalysisPolicySteps, unknown>;

/** Run in a policy process for one command, outside any run. */
export const commandStepLoaders = {
  auditReward: async () => (await import('@queryloop/activities/audit-reward')).auditReward,
  describeEngine: async () => (await import('./describe-engine.ts')).describeEngine,
  evaluateFolder: async () => (await import('./evaluate-folder.ts')).evaluateFolder,
  generateText: async () => (await import('./text-steps.ts')).generateText,
  repeatUpdates: async () => (await import('./repeat-updates.ts')).repeatUpdates,
  writeModel: async () => (await import('./write-model.ts')).writeModel,
  scoreText: async () => (await import('./text-steps.ts')).scoreText,
} satisfies StepLoaders;

/** Run in the worker's own process. */
export const sqlStepLoaders = {
  scoreCompletions: async () => (await import('@queryloop/activities/score-completions')).scoreCompletions,
  auditUpdates: async () => (await import('@queryloop/activities/audit-updates')).auditUpdates,
} satisfies StepLoaders & Record<keyof SqlSteps | keyof AnalysisSqlSteps, unknown>;

export const cpuStepLoaders = {
  prepareDataset: async () => (await import('@queryloop/activities/prepare-dataset')).prepareDataset,
  reduceGradients: async () => (await import('@queryloop/activities/reduce-gradients')).reduceGradients,
  mergeEvaluations: async () => (await import('@queryloop/activities/merge-evaluations')).mergeEvaluations,
  perturbDatabase: async () => (await import('@queryloop/activities/perturb-database')).perturbDatabase,
  rescoreUpdates: async () => (await import('@queryloop/activities/rescore-updates')).rescoreUpdates,
} satisfies StepLoaders & Record<keyof DataSteps | keyof AnalysisCpuSteps, unknown>;

/** The task queue of a computing step; undefined for a name that this version does not know. */
export function queueOf(step: string): TaskQueue | undefined {
  if (step in policyStepLoaders) return 'policy';
  if (step in sqlStepLoaders) return 'sql';
  return step in cpuStepLoaders ? 'cpu' : undefined;
}
