/** Progress of the step a run is at, from the heartbeats Temporal holds. */
import type { StepProgress } from '@queryloop/contracts';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

export interface PendingStep {
  step: string;
  /** 1-based. */
  attempt: number;
  /** Why the attempt before failed. */
  failure: string | undefined;
  progress: StepProgress | undefined;
}

/** The last progress of a pending step; undefined between steps. */
export async function pendingStep(handle: WorkflowHandle): Promise<PendingStep | undefined> {
  const { raw } = await handle.describe();
  const pending = raw.pendingActivities ?? [];
  const shown = pending.find(({ heartbeatDetails }) => heartbeatDetails) ?? pending[0];
  if (shown === undefined) return undefined;
  const payload = shown.heartbeatDetails?.payloads?.[0];
  return {
    step: shown.activityType?.name ?? '',
    attempt: shown.attempt ?? 1,
    failure: shown.lastFailure?.message ?? undefined,
    progress: payload ? (defaultPayloadConverter.fromPayload<StepProgress | null>(payload) ?? undefined) : undefined,
  };
}
