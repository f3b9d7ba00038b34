import { expect, test } from 'vitest';
import { statementClock, type Verdict } from './statement-clock.ts';

/** Looks every 10 ms at statement 1; `share` of each is spent on the processor. */
function verdictsOf(looks: number, share: number | null, statement = 1): Verdict[] {
  const clock = statementClock({ timeoutMs: 300, stuckMs: 1_000 });
  return Array.from({ length: looks }, (_, i) =>
    clock({ statement, processorMs: share === null ? null : i * 10 * share, nowMs: i * 10 }),
  );
}

test('only time on the processor counts against a statement', () => {
  expect(verdictsOf(100, 1).indexOf('timeout')).toBe(31);
  expect(verdictsOf(1000, 0.1).indexOf('timeout')).toBe(301);
  expect(new Set(verdictsOf(100, 0))).toEqual(new Set(['begun', 'goes on']));
});

test('a child without any progress is stuck, whether or not a statement runs', () => {
  expect(verdictsOf(200, 0).indexOf('stuck')).toBe(101);
  expect(verdictsOf(200, 0, 0).indexOf('stuck')).toBe(101);
  expect(verdictsOf(200, 0.01)).not.toContain('stuck');
});

test('where processor time is not known, wall-clock time counts', () => {
  expect(verdictsOf(200, null).find((verdict) => verdict !== 'begun' && verdict !== 'goes on')).toBe('timeout');
  expect(verdictsOf(200, null).indexOf('timeout')).toBe(31);
  expect(verdictsOf(200, null, 0).indexOf('stuck')).toBe(101);
});

test('each statement has its own time, and a pause of the parent is nobody’s', () => {
  const clock = statementClock({ timeoutMs: 300, stuckMs: 1_000 });
  let nowMs = 0;
  const look = (statement: number, laterMs: number): Verdict => {
    nowMs += laterMs;
    return clock({ statement, processorMs: null, nowMs });
  };
  expect([look(1, 0), look(1, 60_000), look(1, 60_000), look(2, 10), look(2, 60_000)]).toEqual([
    'begun',
    'goes on',
    'goes on',
    'begun',
    'goes on',
  ]);
});
