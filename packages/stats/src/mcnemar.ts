/** McNemar's test: did one policy answer more questions right than another on the same questions? */
import { requireCount } from './require-count.ts';

/**
 * Two-sided exact p: of the b + c questions on which the two disagree, the chance that min(b, c) or fewer fall on one side
 * when both sides are equally likely, doubled and at most 1 (McNemar 1947; binomial form).
 *
 * `b` counts questions only the first policy answers right, `c` those only the second does.
 */
export function exactMcNemar(b: number, c: number): number {
  requireCount('b', b);
  requireCount('c', c);
  const n = b + c;
  const k = Math.min(b, c);
  // Starts at the largest term, in logarithms so that 2^-n cannot underflow first, and walks down by ratios of binomials.
  let logTerm = -n * Math.LN2;
  for (let i = 1; i <= k; i++) logTerm += Math.log((n - k + i) / i);
  let ratio = 1;
  let tail = 0;
  for (let i = k; i >= 0; i--) {
    tail += ratio;
    ratio *= i / (n - i + 1);
  }
  return Math.min(1, 2 * Math.exp(logTerm) * tail);
}
