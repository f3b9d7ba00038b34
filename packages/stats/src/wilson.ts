/** Interval of a share, such as an accuracy. */
import { requireCount } from './require-count.ts';

/** Standard normal quantile of a two-sided 95 % interval. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's 95 % score interval of correct / n, as shares in [0, 1]; honest near 0 and 1, where the normal interval is not
 * (Wilson 1927). Without any observation it is [0, 1].
 */
export function wilsonInterval(correct: number, n: number): [number, number] {
  requireCount('n', n);
  requireCount('correct', correct, n);
  if (n === 0) return [0, 1];
  const z2 = Z_95 ** 2;
  const share = correct / n;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // The ends are exact at 0 and n; rounding must not push them outside.
  return [correct === 0 ? 0 : centre - half, correct === n ? 1 : centre + half];
}
