/** Follows a workflow (a run or a sweep) to its end, whatever happens to Temporal and the workers meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTemporalAway } from '@queryloop/control';
import type { WorkflowHandle } from '@temporalio/client';
import { Interrupted, RunFailed } from './exit-code.ts';
import { causeOf } from './run-cause.ts';

/** Temporal may be away for this long before the command gives up on it. */
const patienceMs = 5 * 60_000;
const pauseTimeoutMs = 8_000;

export interface Followed {
  handle: WorkflowHandle;
  noun: 'run' | 'sweep' | 'analysis';
  pollIntervalMs: number;
  /** Asks what it does and shows it, now and then; calls `answered` as soon as Temporal has answered. */
  look(answered: () => void): Promise<void>;
  /** Hears that nobody answered: Temporal is away, or no worker is there to ask. */
  waiting(service: 'Temporal' | 'a worker'): void;
  /** Whether all of it holds, once it was told to. */
  isHeld(): Promise<boolean>;
}

/**
 * Resolves with what the workflow returns. `signal` aborts: it is held, and Interrupted thrown.
 * @throws UserError or RunFailed with the cause, and how to go on, when it failed or Temporal stays away.
 */
export async function followWorkflow<Result>(followed: Followed, signal: AbortSignal): Promise<Result> {
  const { handle, pollIntervalMs, look, waiting } = followed;
  let settled = false;
  let lastAnswerMs = Date.now();
  const answered = (): void => {
    lastAnswerMs = Date.now();
  };
  const outcome = resultOf<Result>(followed, () => Date.now() - lastAnswerMs > patienceMs).finally(() => {
    settled = true;
  });
  const ended = outcome.catch(() => undefined);
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  while (!settled) {
    if (signal.aborted) {
      await hold(followed);
      throw new Interrupted(handle.workflowId);
    }
    try {
      await look(answered);
    } catch {
      // Nobody to ask for a moment: it is being started again; or the workflow has just begun or ended.
      if (!settled) waiting(Date.now() - lastAnswerMs > 2_000 ? 'Temporal' : 'a worker');
    }
    await Promise.race([ended, sleep(pollIntervalMs), aborted]);
  }
  try {
    return await outcome;
  } catch (error) {
    throw causeOf(error, handle.workflowId);
  }
}

/** Awaits what the workflow returns, asking again while Temporal is away. */
async function resultOf<Result>({ handle, noun }: Followed, impatient: () => boolean): Promise<Result> {
  for (;;) {
    try {
      return (await handle.result()) as Result;
    } catch (error) {
      if (!isTemporalAway(error)) throw error;
      if (impatient()) {
        const minutes = patienceMs / 60_000;
        throw new RunFailed(`Temporal has not answered for ${minutes} minutes; the ${noun} is stored as far as it got.
Go on with: queryloop resume ${handle.workflowId}`);
      }
    }
    await sleep(1_000);
  }
}

/** Asks the workflow to hold and gives the steps in progress a moment to be dropped. */
async function hold({ handle, isHeld }: Followed): Promise<void> {
  const deadlineMs = Date.now() + pauseTimeoutMs;
  try {
    await handle.client.withDeadline(deadlineMs, async () => {
      await handle.signal('pause');
      while (Date.now() < deadlineMs && !(await isHeld())) await sleep(200);
    });
  } catch {
    // It ended meanwhile, or nobody answers: nothing to hold.
  }
}
