/** Everything Queryloop keeps: artifacts under their content hash, and the database of runs. */
export * from './artifacts/index.ts';
export { type OpenStoreOptions, openStore, type Store } from './open-store.ts';
export type { StoredCheckpoint } from './repositories/checkpoints.ts';
export type { StoredComparison } from './repositories/comparisons.ts';
export type { EvaluationToRecord, StoredEvaluation } from './repositories/evaluations.ts';
export type { StoredRollout } from './repositories/rollouts.ts';
export type { RunFilter, RunStatus, StoredRun } from './repositories/runs.ts';
export type { StoredStep } from './repositories/steps.ts';
