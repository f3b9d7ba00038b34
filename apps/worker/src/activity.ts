/** Makes a Temporal activity of a step: heartbeats with its progress, cancellation, hangs, and errors told apart for retries. */

import { type StepProgress, UserError } from '@queryloop/contracts';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { OutOfMemory } from './out-of-memory.ts';
import { watchSilence } from './silence.ts';

export interface StepControl {
  progress(update: StepProgress): void;
  /** The step is seen to live though it has nothing to report. */
  alive(): void;
  signal: AbortSignal;
}

/** Heartbeats show that this process lives; their details carry the step's last progress. */
const heartbeatIntervalMs = 1_000;

/**
 * The activity of a step given as a function of its input and control. A step that gives no sign of life for `silenceMs`
 * is aborted and fails as a fault, whether it listens or not.
 */
export function activityOf<Input, Output>(
  name: string,
  silenceMs: number,
  body: (input: Input, control: StepControl) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const cancelled = context.cancellationSignal;
    const hung = new AbortController();
    let last: StepProgress | undefined;
    const timer = setInterval(() => context.heartbeat(last), heartbeatIntervalMs);
    const watch = watchSilence({
      limits: { idleMs: silenceMs, busyMs: silenceMs },
      onSilent: (ms) => hung.abort(new Error(`step ${name} reported nothing for ${ms / 1000} s and was given up`)),
    });
    const hanging = new Promise<never>((_, reject) =>
      hung.signal.addEventListener('abort', () => reject(hung.signal.reason as Error)),
    );
    const control: StepControl = {
      signal: AbortSignal.any([cancelled, hung.signal]),
      alive: watch.heard,
      progress: (update) => {
        watch.heard();
        last = update;
      },
    };
    try {
      return await Promise.race([body(input, control), hanging]);
    } catch (error) {
      if (cancelled.aborted)
        throw new CancelledFailure(cancelled.reason instanceof Error ? cancelled.reason.message : 'cancelled');
      throw failureOf(error, context.info?.attempt);
    } finally {
      clearInterval(timer);
      watch.stop();
    }
  };
}

/** Attempts after which a step that runs out of memory is given up: the second had a fresh process. */
const attemptsInMemory = 2;

/**
 * A user's mistake fails the run at once, with its field and hint; a lost or damaged artifact is for the workflow to have
 * made again; anything else is a fault that is tried again, want of memory once.
 */
export function failureOf(error: unknown, attempt = 1): unknown {
  if (error instanceof OutOfMemory && attempt >= attemptsInMemory) return failureOf(error.asUserError());
  if (!(error instanceof UserError)) return error;
  const { message, field, hint, artifact } = error;
  return artifact === undefined
    ? ApplicationFailure.create({ message, type: 'UserError', nonRetryable: true, details: [{ field, hint }] })
    : ApplicationFailure.create({
        message,
        type: 'ArtifactUnavailable',
        nonRetryable: true,
        details: [{ artifact, field, hint }],
      });
}
