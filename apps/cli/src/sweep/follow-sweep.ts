/** Follows a sweep to its end, whatever happens to Temporal and the workers meanwhile. */
import type { SweepInput, SweepProgress, SweepResult } from '@queryloop/contracts';
import { isGrpcServiceError, ServiceError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { Interrupted, RunFailed } from '../exit-code.ts';
import { causeOf } from '../run-cause.ts';
import type { Screen } from '../screen.ts';
import { SweepView } from './sweep-view.ts';

const pollIntervalMs = 1_000;
/** Temporal may be away for this long before the command gives up on it. */
const patienceMs = 5 * 60_000;
const pauseTimeoutMs = 10_000;

/**
 * Resolves with the sweep's result. `signal` aborts: the sweep and its runs are held, and Interrupted thrown.
 * @throws RunFailed when the sweep itself failed, was cancelled, or Temporal stays away.
 */
export async function followSweep(
  handle: WorkflowHandle,
  input: SweepInput,
  screen: Screen,
  signal: AbortSignal,
): Promise<SweepResult> {
  const view = new SweepView(screen, input);
  const interrupted = new Promise<'interrupted'>((resolve) =>
    signal.aborted ? resolve('interrupted') : signal.addEventListener('abort', () => resolve('interrupted')),
  );
  let lastAnswerMs = Date.now();
  let outcome = resultOf(handle);
  for (;;) {
    const ended = await Promise.race([outcome, interrupted, sleep(pollIntervalMs)]);
    if (ended === 'interrupted') {
      await Promise.race([hold(handle), sleep(pauseTimeoutMs)]);
      throw new Interrupted(handle.workflowId);
    }
    if (ended === 'away') {
      if (Date.now() - lastAnswerMs > patienceMs)
        throw new RunFailed(`Temporal has not answered for ${patienceMs / 60_000} minutes; the sweep is stored as far as it got.
Go on with: queryloop resume ${handle.workflowId}`);
      await sleep(pollIntervalMs);
      outcome = resultOf(handle);
    } else if (ended !== undefined) {
      view.show(ended);
      return ended;
    }
    try {
      view.show(await handle.query<SweepProgress>('progress'));
      lastAnswerMs = Date.now();
    } catch {
      // Nobody to ask for a moment: a service is being started again, or the sweep has just begun or ended.
    }
  }
}

/** What the workflow returns; `away` when Temporal cannot be asked. */
async function resultOf(handle: WorkflowHandle): Promise<SweepResult | 'away'> {
  try {
    return (await handle.result()) as SweepResult;
  } catch (error) {
    const unreachable = error instanceof ServiceError || isGrpcServiceError(error);
    if (unreachable && !(error instanceof WorkflowNotFoundError)) return 'away';
    throw causeOf(error, handle.workflowId);
  }
}

/** Resolves once the sweep holds all of its runs. */
async function hold(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.executeUpdate('pause');
  } catch {
    // It ended meanwhile, is held already, or nobody answers.
  }
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
