/** Name to step: the one place that imports the steps' implementations. Each is loaded when first needed, so that a process loads only what it runs. */
import type { PolicySteps, SqlSteps } from '@queryloop/contracts';
import type { StepLoaders } from './serve-steps.ts';

/** Run in the policy process, with TensorFlow.js. */
export const policyStepLoaders = {
  warmStart: async () => (await import('@queryloop/activities/warm-start')).warmStart,
  generateRollout: async () => (await import('@queryloop/activities/generate-rollout')).generateRollout,
  updatePolicy: async () => (await import('@queryloop/activities/update-policy')).updatePolicy,
  evaluatePolicy: async () => (await import('@queryloop/activities/evaluate-policy')).evaluatePolicy,
} satisfies StepLoaders & Record<keyof PolicySteps, unknown>;

/** Run in a policy process for one command, outside any run. */
export const commandStepLoaders = {
  describeEngine: async () => (await import('./describe-engine.ts')).describeEngine,
  evaluateFolder: async () => (await import('./evaluate-folder.ts')).evaluateFolder,
  generateText: async () => (await import('./text-steps.ts')).generateText,
  scoreText: async () => (await import('./text-steps.ts')).scoreText,
} satisfies StepLoaders;

/** Run in the worker's own process. */
export const sqlStepLoaders = {
  scoreCompletions: async () => (await import('@queryloop/activities/score-completions')).scoreCompletions,
} satisfies StepLoaders & Record<keyof SqlSteps, unknown>;

export const cpuStepLoaders = {
  prepareDataset: async () => (await import('@queryloop/activities/prepare-dataset')).prepareDataset,
} satisfies StepLoaders;
