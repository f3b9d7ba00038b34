/** Says why a run ended without a result. */
import { UserError } from '@queryloop/contracts';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { RunFailed } from './exit-code.ts';

/** Failures whose cause the user can mend: they end the command with the exit code of a mistake. */
const userMistakes = new Set<string | undefined | null>(['UserError', 'ArtifactUnavailable']);

/**
 * The error to show for what `handle.result()` of a run rejected with. The workflow has put it in words: the step that failed, why,
 * and how to go on.
 */
export function causeOf(error: unknown, runId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure)
    return new RunFailed(`run ${runId} was cancelled\nGo on with it: queryloop resume ${runId}`);
  const message = `run ${runId}: ${cause?.message ?? error.message}`;
  return isMistake(cause) ? new UserError({ message }) : new RunFailed(message);
}

function isMistake(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return (cause instanceof ApplicationFailure && userMistakes.has(cause.type)) || isMistake(cause.cause);
}
