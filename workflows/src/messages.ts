/** What can be asked of and told to a running experiment or sweep. */

import type { AnalysisProgress, RunProgress, SweepProgress } from '@queryloop/contracts';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

export const progressQuery = defineQuery<RunProgress>('progress');
export const sweepProgressQuery = defineQuery<SweepProgress>('progress');
export const analysisProgressQuery = defineQuery<AnalysisProgress>('progress');

/** Drops the step in progress (it is repeated later, with the same outcome) and holds the run. Sent also while no worker runs. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');

/** The same with an answer: rejected when it makes no sense, else resolved once it holds. */
export const pauseUpdate = defineUpdate<RunProgress>('pause');
export const resumeUpdate = defineUpdate<RunProgress>('resume');
export const pauseSweepUpdate = defineUpdate<SweepProgress>('pause');
export const resumeSweepUpdate = defineUpdate<SweepProgress>('resume');
