/** The measure golden tests compare numbers by. */
import { expect } from 'vitest';

export function largestGap(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] as number))), 0);
}
