/** Holm's correction: keeps the chance of any wrong verdict among several comparisons at the level of one. */

/**
 * Adjusted p values, in the order given: the i-th smallest of m is multiplied by m − i + 1, never falls below a smaller
 * one's, and is at most 1 (Holm 1979, step-down).
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 0);
  let largest = 0;
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  for (const [rank, { p, i }] of order.entries()) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p is ${p}; expected a number from 0 to 1.`);
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p));
    adjusted[i] = largest;
  }
  return adjusted;
}
