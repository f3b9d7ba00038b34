/** TensorFlow blocks the thread; between two pieces of its work, heartbeats and cancellation must get through. */
import { setImmediate } from 'node:timers/promises';
import type { StepContext } from '@queryloop/contracts';

/** Lets the event loop turn once. Throws when the step was cancelled. */
export async function letEventsThrough({ signal }: Pick<StepContext, 'signal'>): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
