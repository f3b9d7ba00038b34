/** Steps as activities: how they fail, that a hung one is given up, that cancellation is told from a fault. */
import { type ArtifactRef, UserError } from '@queryloop/contracts';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, test } from 'vitest';
import { activityOf, failureOf, type StepControl } from './activity.ts';

const beats: unknown[] = [];
/** Calls an activity within a context of Temporal's own kind. */
const call = (body: (input: unknown, control: StepControl) => Promise<unknown>, signal?: AbortSignal) => {
  const cancellationSignal = signal ?? new AbortController().signal;
  const context = { cancellationSignal, heartbeat: (details: unknown) => beats.push(details) } as unknown as Context;
  return asyncLocalStorage.run(context, () => activityOf('countRows', 500, body)({}));
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a step that says nothing is aborted and given up, whether it listens or not', async () => {
  let aborted = false;
  const deaf = call(async (_, { signal }) => {
    signal.addEventListener('abort', () => (aborted = true));
    await pause(60_000);
  });
  await expect(deaf).rejects.toThrow('step countRows reported nothing for 0.5 s and was given up');
  expect(aborted).toBe(true);
});

test('signs of life keep a step going, and progress goes with the heartbeat', async () => {
  const total = 12;
  const output = await call(async (_, { progress, alive }) => {
    for (let done = 1; done <= total; done++) {
      if (done % 2) alive();
      else progress({ phase: 'count', done, total });
      await pause(100);
    }
    return 'counted';
  });
  expect(output).toBe('counted');
  expect(beats.at(-1)).toMatchObject({ phase: 'count' });
});

test('a long computation of this process is not taken for silence', async () => {
  const output = await call(async () => {
    const end = Date.now() + 1_500;
    while (Date.now() < end);
    await pause(50);
    return 'computed';
  });
  expect(output).toBe('computed');
});

test('cancellation is told from a fault', async () => {
  const abort = new AbortController();
  const running = call(async (_, { signal }) => {
    while (!signal.aborted) await pause(10);
    throw new Error('torn down');
  }, abort.signal);
  abort.abort(new Error('CANCELLED'));
  await expect(running).rejects.toMatchObject({ name: 'CancelledFailure', message: 'CANCELLED' });
  await expect(call(async () => Promise.reject(new TypeError('lost')))).rejects.toMatchObject({ name: 'TypeError' });
});

test('tells a mistake, a lost artifact and a fault apart', () => {
  const artifact: ArtifactRef = { kind: 'rollout', hash: 'a'.repeat(64), bytes: 3 };
  expect(failureOf(new UserError({ message: 'no split', field: 'dataset.dev', hint: 'use dev' }))).toMatchObject({
    type: 'UserError',
    nonRetryable: true,
    details: [{ field: 'dataset.dev', hint: 'use dev' }],
  });
  expect(failureOf(new UserError({ message: 'not there', hint: 'copy it', artifact }))).toMatchObject({
    message: 'not there',
    type: 'ArtifactUnavailable',
    nonRetryable: true,
    details: [{ artifact, hint: 'copy it' }],
  });
  const fault = new Error('lost connection');
  expect(failureOf(fault)).toBe(fault);
});
