/** What a run or sweep does at this moment, as Temporal knows it. */
import type { RunProgress, StepProgress, SweepProgress } from '@queryloop/contracts';
import type { Control } from './control.ts';

/** A step that is being done, or waits to be tried again. */
export interface PendingStep {
  step: string;
  /** Temporal's id of it, which stays the same over its attempts. */
  activityId: string;
  state: 'scheduled' | 'started' | 'cancelling' | 'paused';
  /** 1-based. */
  attempt: number;
  /** 0: no limit. */
  maximumAttempts: number;
  /** Why the attempt before failed. */
  failure: string | null;
  /** The worker that has it, or had it last. */
  worker: string | null;
  /** ISO 8601. */
  scheduledAt: string | null;
  startedAt: string | null;
  heartbeatAt: string | null;
  /** When it will be tried again, between two attempts. */
  nextAttemptAt: string | null;
  progress: StepProgress | null;
}

export interface Now<Progress> {
  /** Of the last execution. */
  status: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'continued';
  startedAt: string;
  endedAt: string | null;
  /** Events in its history. */
  historyEvents: number;
  steps: PendingStep[];
  /** Null when no worker answers. */
  progress: Progress | null;
}

export type RunNow = Now<RunProgress>;
export type SweepNow = Now<SweepProgress>;

/** Null when Temporal does not know it. */
export async function describeRun(_control: Pick<Control, 'client'>, _id: string): Promise<RunNow | null> {
  throw new Error('not there yet');
}

/** Null when Temporal does not know it. */
export async function describeSweep(_control: Pick<Control, 'client'>, _id: string): Promise<SweepNow | null> {
  throw new Error('not there yet');
}
