/** What a run or sweep does at this moment, as Temporal knows it. */
import type { RunProgress, SweepProgress } from '@queryloop/contracts';
import { type WorkflowExecutionStatusName, WorkflowNotFoundError } from '@temporalio/client';
import type { Control } from './control.ts';
import { type PendingStep, pendingSteps } from './pending-steps.ts';
import { temporalTimeoutMs, within } from './within.ts';

/** A worker may have to read a history first. */
const workerTimeoutMs = 3_000;

const statuses: Partial<Record<WorkflowExecutionStatusName, Now<unknown>['status']>> = {
  RUNNING: 'running',
  PAUSED: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
  CONTINUED_AS_NEW: 'running',
};

export interface Now<Progress> {
  /** Of the last execution: a run has one after the other under its id. */
  status: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'unknown';
  /** ISO 8601, as all times here. */
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

/** Null when Temporal does not know it. Takes some seconds at most; throws when Temporal is away. */
export async function describeRun(control: Pick<Control, 'client'>, id: string): Promise<RunNow | null> {
  return await describeNow<RunProgress>(control, id);
}

/** Null when Temporal does not know it. Takes some seconds at most; throws when Temporal is away. */
export async function describeSweep(control: Pick<Control, 'client'>, id: string): Promise<SweepNow | null> {
  return await describeNow<SweepProgress>(control, id);
}

/** The same for any workflow that answers the query `progress`. */
export async function describeNow<Progress>(
  { client }: Pick<Control, 'client'>,
  id: string,
): Promise<Now<Progress> | null> {
  const handle = client.workflow.getHandle(id);
  const known = await within(client, temporalTimeoutMs, () => handle.describe()).catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  });
  if (known === null) return null;
  const progress = within(client, workerTimeoutMs, () => handle.query<Progress>('progress')).catch(() => null);
  return {
    status: statuses[known.status.name] ?? 'unknown',
    startedAt: known.startTime.toISOString(),
    endedAt: known.closeTime?.toISOString() ?? null,
    historyEvents: known.historyLength,
    steps: pendingSteps(known),
    progress: await progress,
  };
}
