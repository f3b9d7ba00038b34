/** Calls of Temporal that end in time, and what their failures mean. */
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

/** Temporal answers at once when it is there; a hundred times that is for a machine that is busy. */
export const temporalTimeoutMs = 10_000;

/** Calls that `use` makes fail once `ms` have passed, as of a server that does not answer. */
export async function within<T>(client: Client, ms: number, use: () => Promise<T>): Promise<T> {
  return await client.withDeadline(Date.now() + ms, use);
}

/** Whether a call failed as nobody answered, rather than for what was asked. */
export function isTemporalAway(error: unknown): boolean {
  return (
    (error instanceof ServiceError ||
      error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
      isGrpcServiceError(error)) &&
    !(error instanceof WorkflowNotFoundError)
  );
}
