/** What can be asked of and told to a running experiment. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { RunProgress } from '@queryloop/contracts';

export const progressQuery = defineQuery<RunProgress>('progress');
/** Drops the step in progress (it is repeated later, with the same outcome) and holds the run. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
