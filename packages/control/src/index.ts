/** What the command line and the console do to runs and sweeps: functions of the store and a client of Temporal that print nothing. */
export { noteRun, removeNote, tagRun, untagRun } from './annotate.ts';
export type { Control, Done } from './control.ts';
export { describeRun, describeSweep, type Now, type PendingStep, type RunNow, type SweepNow } from './describe-now.ts';
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
export { newRunId } from './run-id.ts';
export { cancel, type Held, pause, resume } from './steer.ts';
