/** Everything Queryloop keeps: artifacts under their content hash, and the database of runs. */
export * from './artifacts/index.ts';
export { type OpenStoreOptions, openStore, type Store } from './open-store.ts';
export type { StoredAction } from './repositories/actions.ts';
export type { AnalysisToCreate } from './repositories/analyses.ts';
export type { StoredCheckpoint } from './repositories/checkpoints.ts';
export type { StoredComparison } from './repositories/comparisons.ts';
export type { EvaluationToRecord, StoredEvaluation } from './repositories/evaluations.ts';
export { nowhere, type RunHead, type RunNews, type RunPoint, type RunPosition } from './repositories/feed.ts';
export type { StoredSeries, UpdateRange } from './repositories/packed-series.ts';
export type { RelatedRun } from './repositories/relatives.ts';
export type { StoredRollout } from './repositories/rollouts.ts';
export type { Continuation, RunFilter, RunToCreate } from './repositories/runs.ts';
export type { SpentSeries } from './repositories/series.ts';
export type { StepToRecord, StoredStep } from './repositories/steps.ts';
export { configAt, type StoredChange, type StoredRun } from './repositories/stored-run.ts';
export type { StoredSweep, SweepStatus } from './repositories/sweeps.ts';
export type { StepPage, TimedStep } from './repositories/timeline.ts';
