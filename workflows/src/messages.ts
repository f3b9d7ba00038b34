/** What can be asked of and told to a running experiment. */

import type { RunProgress } from '@queryloop/contracts';
import { defineQuery, defineSignal } from '@temporalio/workflow';

export const progressQuery = defineQuery<RunProgress>('progress');
/** Drops the step in progress (it is repeated later, with the same outcome) and holds the run. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
