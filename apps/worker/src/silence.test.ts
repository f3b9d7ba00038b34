/** Where the limits on silence come from. Watching real processes is tested in test/integration/policy-process.test.ts. */
import { expect, test } from 'vitest';
import { silenceLimits } from './silence.ts';

test('the limit on silence can be set', () => {
  expect(silenceLimits({})).toEqual({ idleMs: 25_000, busyMs: 600_000 });
  expect(silenceLimits({ QUERYLOOP_SILENCE_SECONDS: '2.5' })).toEqual({ idleMs: 2_500, busyMs: 600_000 });
  expect(silenceLimits({ QUERYLOOP_SILENCE_SECONDS: '900' })).toEqual({ idleMs: 900_000, busyMs: 900_000 });
});

test.each(['soon', '0', '-1', 'Infinity'])('refuses "%s" seconds of silence', (seconds) => {
  expect(() => silenceLimits({ QUERYLOOP_SILENCE_SECONDS: seconds })).toThrow(
    `QUERYLOOP_SILENCE_SECONDS: "${seconds}" is not a number of seconds, 1 or more`,
  );
});
