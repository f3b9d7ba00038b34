/** Follows a run to its end, whatever happens to Temporal and the workers meanwhile. */
import type { RunOutcome, RunProgress } from '@queryloop/contracts';
import { isGrpcServiceError, ServiceError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { Interrupted, RunFailed } from './exit-code.ts';
import { causeOf } from './run-cause.ts';
import { RunView } from './run-view.ts';
import type { Screen } from './screen.ts';
import { pendingStep } from './step-progress.ts';

const pollIntervalMs = 500;
/** Temporal may be away for this long before the command gives up on it. */
const patienceMs = 5 * 60_000;
const pauseTimeoutMs = 8_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Follows a run to its end. `signal` aborts: the run is paused and Interrupted thrown.
 * @throws UserError or RunFailed with the cause, and how to go on, when the run failed or Temporal stays away.
 */
export async function followRun(handle: WorkflowHandle, screen: Screen, signal: AbortSignal): Promise<RunOutcome> {
  const view = new RunView(screen, handle.workflowId);
  let settled = false;
  let lastAnswerMs = Date.now();
  const outcome = outcomeOf(handle, () => Date.now() - lastAnswerMs > patienceMs).finally(() => {
    settled = true;
  });
  outcome.catch(() => undefined);
  while (!settled) {
    if (signal.aborted) {
      await Promise.race([pause(handle), sleep(pauseTimeoutMs)]);
      throw new Interrupted(handle.workflowId);
    }
    try {
      const step = await pendingStep(handle);
      lastAnswerMs = Date.now();
      view.show(await handle.query<RunProgress>('progress'), step);
    } catch {
      // Nobody to ask for a moment: it is being started again; or the run has just begun or ended.
      if (Date.now() - lastAnswerMs > 2_000) view.waiting('Temporal');
      else if (!settled) view.waiting('a worker');
    }
    await Promise.race([outcome.catch(() => undefined), sleep(pollIntervalMs), aborted(signal)]);
  }
  try {
    const result = await outcome;
    if (result.status === 'finished') view.showRest(result.result);
    return result;
  } catch (error) {
    throw causeOf(error, handle.workflowId);
  }
}

/** Awaits what a run returns, asking again while Temporal is away. */
async function outcomeOf(handle: WorkflowHandle, impatient: () => boolean): Promise<RunOutcome> {
  for (;;) {
    try {
      return (await handle.result()) as RunOutcome;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (impatient()) {
        const minutes = patienceMs / 60_000;
        throw new RunFailed(`Temporal has not answered for ${minutes} minutes; the run is stored as far as it got.
Go on with: queryloop resume ${handle.workflowId}`);
      }
    }
    await sleep(1_000);
  }
}

function isConnectionError(error: unknown): boolean {
  return (error instanceof ServiceError || isGrpcServiceError(error)) && !(error instanceof WorkflowNotFoundError);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Asks the run to hold and gives the step in progress a moment to be dropped. */
async function pause(handle: WorkflowHandle): Promise<void> {
  const deadlineMs = Date.now() + pauseTimeoutMs;
  try {
    await handle.signal('pause');
    while (Date.now() < deadlineMs && !(await handle.query<RunProgress>('progress')).paused) await sleep(200);
  } catch {
    // The run ended meanwhile, or nobody answers: nothing to hold.
  }
}
