import { expect, test } from 'vitest';
import { failureOf } from './activity.ts';
import { diedOfMemory, kernelKills, named, OutOfMemory } from './out-of-memory.ts';

const tensorflow =
  'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[5000,5000] and type float on /device:CPU:0 by allocator cpu';

test.each([
  [tensorflow, /^out of memory: OOM when allocating tensor with shape\[5000,5000\]/],
  ['Array buffer allocation failed', /Array buffer allocation failed$/],
])('an allocation that fails is named: %s', (message, expected) => {
  const error = named('updatePolicy', new RangeError(message));
  expect(error).toBeInstanceOf(OutOfMemory);
  expect(error.message).toMatch(expected);
});

test('other errors stay as they are', () => {
  const error = new TypeError('x is not a function');
  expect(named('updatePolicy', error)).toBe(error);
});

test('a death is told by the last words of the process, or by the kernel’s count', () => {
  const killsBefore = kernelKills();
  const stderr =
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack';
  expect(diedOfMemory('warmStart', { cause: 'SIGABRT', stderr, killsBefore })?.message).toBe(
    'out of memory: JavaScript heap out of memory; the policy process ended',
  );
  expect(diedOfMemory('warmStart', { cause: 'SIGKILL', stderr: '', killsBefore })).toBeNull();
  expect(diedOfMemory('warmStart', { cause: 'SIGKILL', stderr: '', killsBefore: killsBefore - 1 })).toBeInstanceOf(
    OutOfMemory,
  );
  expect(diedOfMemory('warmStart', { cause: 'SIGSEGV', stderr: '', killsBefore: killsBefore - 1 })).toBeNull();
});

test('the first time is a fault, which is tried again; the second is told with the settings that help', () => {
  const error = new OutOfMemory('warmStart', 'no room');
  expect(failureOf(error, 1)).toBe(error);
  expect(failureOf(error, 2)).toMatchObject({
    type: 'UserError',
    nonRetryable: true,
    details: [
      {
        field: 'warmStart.microBatchTokens',
        hint: expect.stringMatching(
          /^Lower warmStart\.microBatchTokens, warmStart\.batchSize, set `warmStart\.gradientCheckpointing`, take a/,
        ),
      },
    ],
  });
  expect(new OutOfMemory('computeGradient', 'no room').asUserError()).toMatchObject({
    field: 'grpo.microBatchTokens',
    hint: expect.stringMatching(/set `grpo\.gradientCheckpointing`, set `shards` above 1/),
  });
  expect(new OutOfMemory('generateText', 'no room').asUserError().hint).toMatch(/^Take a smaller model/);
});
