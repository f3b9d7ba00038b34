/** The KL penalty that keeps the policy near the reference policy. */
import type { Tensor2D, Tf } from './tf.ts';

/**
 * k3 estimate of KL(π_θ ‖ π_ref) per token, weighed by the importance ratio: ρ·(e^d − d − 1) with d = logπ_ref − logπ_θ.
 * Never negative (http://joschu.net/blog/kl-approx.html). The gradient flows through ρ too, also where ρ is 1: without it
 * the gradient of k3 is not that of the reverse KL (DeepSeek-V3.2, arXiv 2512.02556, section 3.1; TRL's default).
 *
 * `logProbs` and `refLogProbs` are [N, T], `ratio` [N, T] or [N, 1]; the result is [N, T].
 */
export function klPenalty(
  tf: Tf,
  { logProbs, refLogProbs, ratio }: { logProbs: Tensor2D; refLogProbs: Tensor2D; ratio: Tensor2D },
): Tensor2D {
  const d = tf.sub(refLogProbs, logProbs);
  // expm1 rather than exp − 1: near the reference the latter rounds to small negative values.
  return tf.mul(tf.sub(tf.expm1(d), d), ratio) as Tensor2D;
}
