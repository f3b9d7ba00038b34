/** pass@k: the chance that at least one of k sampled completions is right. */
import { requireCount } from './require-count.ts';

/** Unbiased estimate 1 − C(n − c, k) / C(n, k) from n completions of which c are right (Codex, arXiv 2107.03374); 1 ≤ k ≤ n. */
export function passAtK(n: number, c: number, k: number): number {
  requireCount('n', n);
  requireCount('c', c, n);
  requireCount('k', k, n);
  if (k === 0) throw new RangeError('k is 0; expected at least 1.');
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
