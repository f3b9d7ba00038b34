/** Makes a Temporal activity of a step: heartbeats with its progress, cancellation, and errors told apart for retries. */

import { type StepProgress, UserError } from '@queryloop/contracts';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';

export interface StepControl {
  progress(update: StepProgress): void;
  signal: AbortSignal;
}

/** Heartbeats show that this process lives; their details carry the step's last progress. */
const heartbeatIntervalMs = 1_000;

/** The activity of a step given as a function of its input and control. */
export function activityOf<Input, Output>(
  body: (input: Input, control: StepControl) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const signal = context.cancellationSignal;
    let last: StepProgress | undefined;
    const timer = setInterval(() => context.heartbeat(last), heartbeatIntervalMs);
    try {
      return await body(input, { signal, progress: (update) => (last = update) });
    } catch (error) {
      if (signal.aborted)
        throw new CancelledFailure(signal.reason instanceof Error ? signal.reason.message : 'cancelled');
      throw failureOf(error);
    } finally {
      clearInterval(timer);
    }
  };
}

/** A user's mistake fails the run at once, with its field and hint; anything else is a fault that is tried again. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const { message, field, hint } = error;
  return ApplicationFailure.create({ message, type: 'UserError', nonRetryable: true, details: [{ field, hint }] });
}
