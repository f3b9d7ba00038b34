/** Importance ratios between the policy being trained and the one that sampled, per token or per completion. */
import type { Tensor2D, Tf } from './tf.ts';

export type ImportanceSampling = 'token' | 'sequence';

/**
 * 'token': ρ_t = exp(logπ_θ − logπ_old), [N, T] and 1 where the mask is off.
 * 'sequence': exp of the mean difference over the completion, [N, 1] (GSPO, arXiv 2507.18071, equation 7).
 *
 * `logProbs` and `oldLogProbs` are [N, T] and must be 0 where `mask` [N, T] is 0.
 */
export function importanceRatio(
  tf: Tf,
  {
    logProbs,
    oldLogProbs,
    mask,
    level,
  }: { logProbs: Tensor2D; oldLogProbs: Tensor2D; mask: Tensor2D; level: ImportanceSampling },
): Tensor2D {
  const difference = tf.sub(logProbs, oldLogProbs);
  if (level === 'token') return tf.exp(difference) as Tensor2D;
  const lengths = tf.maximum(tf.sum(mask, 1, true), 1);
  return tf.exp(tf.div(tf.sum(difference, 1, true), lengths)) as Tensor2D;
}
