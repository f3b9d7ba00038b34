/** The steps that Temporal holds for a run: with their attempts, what failed before, and how far they say they are. */
import type { StepProgress } from '@queryloop/contracts';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** A step that is being done, or waits to be tried again. */
export interface PendingStep {
  step: string;
  /** Temporal's id of it, which stays the same over its attempts. */
  activityId: string;
  /** `scheduled`: no worker has it, at first or between two attempts. */
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
  /** Of this attempt; null between two. */
  startedAt: string | null;
  heartbeatAt: string | null;
  /** When it will be tried again, between two attempts. */
  nextAttemptAt: string | null;
  progress: StepProgress | null;
}

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** Temporal's PendingActivityState, by number. */
const states: Record<number, PendingStep['state']> = { 2: 'started', 3: 'cancelling', 4: 'paused', 5: 'paused' };

export function pendingSteps({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): PendingStep[] {
  return (raw.pendingActivities ?? []).map(pendingStep);
}

/** The step to show where there is room for one: one that tells its progress, else the first. Undefined between steps. */
export async function stepInProgress(handle: WorkflowHandle): Promise<PendingStep | undefined> {
  const steps = pendingSteps(await handle.describe());
  return steps.find(({ progress }) => progress !== null) ?? steps[0];
}

function pendingStep(pending: Pending): PendingStep {
  const payload = pending.heartbeatDetails?.payloads?.[0];
  const scheduledAt = isoTime(pending.scheduledTime);
  const state = states[pending.state ?? 0] ?? 'scheduled';
  return {
    step: pending.activityType?.name ?? '',
    activityId: pending.activityId ?? '',
    state,
    attempt: pending.attempt ?? 1,
    maximumAttempts: pending.maximumAttempts ?? 0,
    failure: pending.lastFailure?.message ?? null,
    worker: pending.lastWorkerIdentity || null,
    scheduledAt,
    startedAt: isoTime(pending.lastStartedTime),
    heartbeatAt: isoTime(pending.lastHeartbeatTime),
    nextAttemptAt: state === 'scheduled' ? isoTime(pending.nextAttemptScheduleTime) : null,
    progress: payload ? defaultPayloadConverter.fromPayload<StepProgress | null>(payload) : null,
  };
}

function isoTime(time: Pending['scheduledTime']): string | null {
  if (!time) return null;
  // Seconds are a 64-bit integer of a library's own.
  return new Date(Number(String(time.seconds ?? 0)) * 1000 + (time.nanos ?? 0) / 1e6).toISOString();
}
