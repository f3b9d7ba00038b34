/** Follows a sweep to its end, whatever happens to Temporal and the workers meanwhile. */
import type { RunProgress, SweepInput, SweepProgress, SweepResult } from '@queryloop/contracts';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { Interrupted, RunFailed } from '../exit-code.ts';
import { causeOf } from '../run-cause.ts';
import type { Screen } from '../screen.ts';
import { SweepView } from './sweep-view.ts';

const pollIntervalMs = 1_000;
/** Temporal may be away for this long before the command gives up on it. */
const patienceMs = 5 * 60_000;
const pauseTimeoutMs = 8_000;

/**
 * Resolves with the sweep's result. `signal` aborts: the sweep and its runs are held, and Interrupted thrown.
 * @throws RunFailed when the sweep itself failed, was cancelled, or Temporal stays away.
 */
export async function followSweep(
  client: Client,
  input: SweepInput,
  screen: Screen,
  signal: AbortSignal,
): Promise<SweepResult> {
  const handle = client.workflow.getHandle(input.sweepId);
  const view = new SweepView(screen, input);
  const interrupted = new Promise<'interrupted'>((resolve) =>
    signal.aborted ? resolve('interrupted') : signal.addEventListener('abort', () => resolve('interrupted')),
  );
  let lastAnswerMs = Date.now();
  let outcome = resultOf(handle);
  for (;;) {
    const ended = await Promise.race([interrupted, outcome, sleep(pollIntervalMs)]);
    if (ended === 'interrupted') {
      await hold(client, handle);
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

/**
 * Asks the sweep to hold and gives its runs a moment to drop the steps in progress. No call may still be in flight afterwards:
 * the client would repeat it on a connection that is closed.
 */
async function hold(client: Client, handle: WorkflowHandle): Promise<void> {
  const deadlineMs = Date.now() + pauseTimeoutMs;
  try {
    await client.withDeadline(deadlineMs, async () => {
      await handle.signal('pause');
      while (Date.now() < deadlineMs && !(await allHeld(client, handle))) await sleep(200);
    });
  } catch {
    // It ended meanwhile, or nobody answers: nothing to hold.
  }
}

async function allHeld(client: Client, handle: WorkflowHandle): Promise<boolean> {
  const { runs } = await handle.query<SweepProgress>('progress');
  if (runs.some(({ status }) => status === 'running')) return false;
  for (const { runId } of runs.filter(({ status }) => status === 'paused')) {
    if (!(await client.workflow.getHandle(runId).query<RunProgress>('progress')).paused) return false;
  }
  return true;
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
