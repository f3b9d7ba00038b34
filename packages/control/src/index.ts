/** What the command line and the console do to runs and sweeps: functions of the store and a client of Temporal that print nothing. */
export { type AddedSeeds, addSeeds, planSeeds, type SeedRun, type SeedsToAdd } from './add-seeds.ts';
export { type AnalysisNow, describeAnalysis, endLostAnalyses, launchAnalysis, planAnalysis } from './analyses.ts';
export { type Annotator, noteRun, removeNote, tagRun, untagRun } from './annotate.ts';
export { type ChosenComparison, comparisonOf } from './compare/compare.ts';
export type { ComparedSide, Comparison } from './compare/comparison.ts';
export { type FoundRuns, findRuns, groupRuns, type RunSide, sideLabels } from './compare/sides.ts';
export type { Control, Done } from './control.ts';
export { describeRun, describeSweep, type Now, type RunNow, type SweepNow } from './describe-now.ts';
export { describePlatform, type PlatformNow, type QueueNow, type WorkerNow } from './describe-platform.ts';
export { type Agreement, agreementOf, type ComparatorScores, disagree } from './disagree/agreement.ts';
export {
  type ChosenDisagreements,
  type DisagreementExample,
  type Disagreements,
  disagreementsOf,
} from './disagree/disagreements.ts';
export { type PlanSources, planRun, type RunPlan } from './dry-run/plan-run.ts';
export { type PlannedRun, planSweep } from './dry-run/plan-sweep.ts';
export { evaluatedRun } from './evaluated-run.ts';
export { goOn, isOpen } from './execution.ts';
export { findRun, isSweep, type KnownRun, requireRun, storedStatus, unknownRun } from './known-run.ts';
export {
  type BranchOptions,
  branchRun,
  type CloneOptions,
  cloneRun,
  launch,
  launchRun,
  type PlannedLaunch,
  planBranch,
  planClone,
  planLaunch,
} from './launch-run.ts';
export type { ActionName } from './note-action.ts';
export { type PendingStep, pendingSteps, stepInProgress } from './pending-steps.ts';
export { type PlannedResume, planResume, requireNoSettings, resume } from './resume.ts';
export { type RunLine, type RunSummary, runLine, runSummary } from './run-summary.ts';
export { awaitEnd, type Cancelled, cancel, type Held, pause, requireUnended } from './steer.ts';
export { belongsTo, differenceOf, launchSweep, nothingLeft } from './sweep/launch-sweep.ts';
export { type CheckedSweep, checkSweepText, loadSweep } from './sweep/load-sweep.ts';
export { type SeedScore, seedScore, summariseTrials, type TrialSummary } from './sweep/summarise-trials.ts';
export { trialId } from './sweep/trial-id.ts';
export { cachedEvaluation } from './table/cached-evaluation.ts';
export { collectTable } from './table/collect-table.ts';
export { loadTable, type PlannedVariant, type Table } from './table/load-table.ts';
export { type PlannedTable, planTable } from './table/plan-table.ts';
export { reportLines } from './table/report.ts';
export { openReportPage } from './table/report-page.ts';
export type { ReportedTable } from './table/reported-table.ts';
export {
  experimentsFolder,
  listTemplates,
  type Template,
  type TemplateKind,
  templateOf,
  writeExperiment,
} from './templates.ts';
export { isTemporalAway, within } from './within.ts';
