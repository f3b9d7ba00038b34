/** The policy term of each token: the clipped surrogate of PPO and GRPO, and CISPO's clipped weight. */
import { stopGradient } from './stop-gradient.ts';
import type { Tensor2D, Tf } from './tf.ts';

/**
 * −min(min(ρ, δ)·A, clip(ρ, 1 − ε, 1 + ε_high)·A), [N, T] or [N, 1] like `ratio`; δ only when set (two-sided clipping,
 * INTELLECT-2, arXiv 2505.07291). `advantages` is [N, 1].
 */
export function clippedSurrogate(
  tf: Tf,
  {
    ratio,
    advantages,
    epsilon,
    epsilonHigh,
    delta,
  }: { ratio: Tensor2D; advantages: Tensor2D; epsilon: number; epsilonHigh: number; delta?: number },
): Tensor2D {
  const bounded = delta === undefined ? ratio : tf.minimum(ratio, delta);
  const clipped = tf.clipByValue(ratio, 1 - epsilon, 1 + epsilonHigh);
  return tf.neg(tf.minimum(tf.mul(bounded, advantages), tf.mul(clipped, advantages))) as Tensor2D;
}

/**
 * −sg[min(ρ, ε_high)]·A·logπ, [N, T]: every token keeps its gradient, only its weight is bounded (CISPO, arXiv 2506.13585).
 * As in TRL, `epsilonHigh` is here the bound on the ratio itself (the paper's useful values are around 5), not a distance from 1.
 */
export function cispoTerm(
  tf: Tf,
  {
    ratio,
    logProbs,
    advantages,
    epsilonHigh,
  }: { ratio: Tensor2D; logProbs: Tensor2D; advantages: Tensor2D; epsilonHigh: number },
): Tensor2D {
  const weight = stopGradient(tf, tf.minimum(ratio, epsilonHigh));
  return tf.neg(tf.mul(tf.mul(weight, advantages), logProbs)) as Tensor2D;
}
