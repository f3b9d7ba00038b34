/** What the command line and the console do to runs and sweeps: functions of the store and a client of Temporal that print nothing. */
export { noteRun, removeNote, tagRun, untagRun } from './annotate.ts';
export { type ChosenComparison, comparisonOf } from './compare/compare.ts';
export type { ComparedSide, Comparison } from './compare/comparison.ts';
export { type FoundRuns, findRuns, groupRuns, type RunSide } from './compare/sides.ts';
export type { Control, Done } from './control.ts';
export { describeRun, describeSweep, type Now, type RunNow, type SweepNow } from './describe-now.ts';
export { type PlannedStep, type PlanSources, planRun, type RunPlan } from './dry-run/plan-run.ts';
export { type PlannedRun, planSweep } from './dry-run/plan-sweep.ts';
export { goOn, isOpen, startExperiment, startSweepWorkflow } from './execution.ts';
export {
  type AddedSeeds,
  addSeeds,
  type BranchOptions,
  branchRun,
  type CloneOptions,
  cloneRun,
  launchRun,
} from './launch-run.ts';
export { launchSweep } from './launch-sweep.ts';
export { type PendingStep, pendingSteps, stepInProgress } from './pending-steps.ts';
export { newRunId } from './run-id.ts';
export { type RunLine, type RunSummary, runLine, runSummary } from './run-summary.ts';
export { cancel, type Held, pause, resume } from './steer.ts';
export { loadSweep } from './sweep/load-sweep.ts';
export { belongsTo, differenceOf, startSweep } from './sweep/start-sweep.ts';
export { type SeedScore, seedScore, summariseTrials, type TrialSummary } from './sweep/summarise-trials.ts';
export { trialId } from './sweep/trial-id.ts';
export { isTemporalAway, within } from './within.ts';
