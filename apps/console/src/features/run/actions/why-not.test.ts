import { expect, test } from 'vitest';
import type { LiveNow } from '../schemas.ts';
import { isHeld, whyNot } from './why-not.ts';

const now = (change: Partial<LiveNow>): LiveNow => ({
  execution: 'running',
  phase: 'train',
  paused: false,
  update: 1,
  historyEvents: 1,
  steps: [],
  ...change,
});

test('what can be done follows from the state, and what cannot says why', () => {
  const running = { status: 'running', now: now({}), base: null } as const;
  expect(whyNot('pause', running, null)).toBeNull();
  expect(whyNot('resume', running, null)).toBe('The run is running');
  expect(whyNot('branch', running, null)).toContain('before the first evaluation');
  const finished = { status: 'finished', now: null, base: null } as const;
  expect(whyNot('pause', finished, null)).toBe('The run is finished');
  expect(whyNot('resume', finished, null)).toContain('branch or clone');
  expect(whyNot('cancel', { ...finished, status: 'failed' }, null)).toBe('The run is failed already');
  expect(whyNot('clone', finished, null)).toBeNull();
});

test('a run that was told to pause, or that Temporal has lost, is resumed next', () => {
  expect(isHeld({ status: 'running', now: now({ paused: true }), base: null })).toBe(true);
  expect(isHeld({ status: 'running', now: now({ execution: 'unknown' }), base: null })).toBe(true);
  expect(isHeld({ status: 'cancelled', now: null, base: null })).toBe(true);
  expect(isHeld({ status: 'finished', now: null, base: null })).toBe(false);
});

test('nothing is possible while the console is read-only', () => {
  const run = { status: 'running', now: null, base: null } as const;
  expect(whyNot('clone', run, 'Temporal does not answer')).toBe('Temporal does not answer');
});
