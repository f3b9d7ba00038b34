/** What the loss says about the update besides its value: KL, entropy and clipped shares, summed so that micro-batches add up. */
import type { LossType } from './reduce.ts';
import type { Tensor, Tensor1D, Tensor2D, Tf } from './tf.ts';

/** Sums over one micro-batch, every row counted as often as its multiplicity; add field by field over micro-batches. */
export interface LossSums {
  tokens: number;
  /** Importance ratios: as many as tokens, or as completions at sequence level (unless their turns have advantages of their own). */
  ratios: number;
  /** Sums over tokens; null when there is no reference policy, or no entropy was given. */
  kl: number | null;
  entropy: number | null;
  /** Ratios clipped at the lower (negative advantage) and upper (positive advantage) bound. */
  lowClipped: number;
  highClipped: number;
  /** CISPO bounds a weight instead of clipping the surrogate, and has a metric name of its own. */
  cispo: boolean;
}

export interface LossSumInputs {
  /** [N, T] or, at sequence level, [N, 1]. */
  ratio: Tensor2D;
  /** [N, 1], or [N, T] */
  advantages: Tensor2D;
  mask: Tensor2D;
  /** [N]; includes rows that are inactive in the loss: entropy and KL describe the policy, whether a group teaches or not. */
  multiplicity: Tensor1D;
  kl: Tensor2D | null;
  entropy: Tensor2D | null;
  lossType: LossType;
  epsilon: number;
  epsilonHigh: number;
}

/** The sums as one tensor [6], for `readLossSums`. */
export function lossSumTensor(tf: Tf, inputs: LossSumInputs): Tensor1D {
  const { ratio, advantages, mask, multiplicity, kl, entropy, lossType, epsilon, epsilonHigh } = inputs;
  const cispo = lossType === 'cispo';
  return tf.tidy(() => {
    const rows = tf.reshape(multiplicity, [-1, 1]);
    const tokenWeights = tf.mul(mask, rows);
    const ratioWeights = ratio.shape[1] === 1 && advantages.shape[1] === 1 ? rows : tokenWeights;
    const low = tf.logicalAnd(tf.less(ratio, 1 - epsilon), tf.less(advantages, 0));
    const high = tf.logicalAnd(tf.greater(ratio, cispo ? epsilonHigh : 1 + epsilonHigh), tf.greater(advantages, 0));
    const total = (x: Tensor, weights: Tensor) => tf.sum(tf.mul(tf.cast(x, 'float32'), weights));
    return tf.stack([
      tf.sum(tokenWeights),
      tf.sum(ratioWeights),
      kl ? total(kl, tokenWeights) : tf.scalar(0),
      entropy ? total(entropy, tokenWeights) : tf.scalar(0),
      total(low, ratioWeights),
      total(high, ratioWeights),
    ]) as Tensor1D;
  });
}

/** Reads from the device, in one transfer, what `lossSumTensor` summed of these inputs. */
export function readLossSums(
  sums: Tensor,
  { kl, entropy, lossType }: { kl: boolean; entropy: boolean; lossType: LossType },
): LossSums {
  const values = sums.dataSync();
  const [tokens = 0, ratios = 0, klSum = 0, entropySum = 0, lowClipped = 0, highClipped = 0] = values;
  return {
    tokens,
    ratios,
    kl: kl ? klSum : null,
    entropy: entropy ? entropySum : null,
    lowClipped,
    highClipped,
    cispo: lossType === 'cispo',
  };
}

/**
 * Means over all tokens (clipped shares: over all ratios) of a batch, from the sums of its micro-batches, under TRL's
 * names: kl (with a reference policy), entropy (when given), clip_ratio/{low,high,region}_mean, or cispo_clip_ratio.
 */
export function lossMetrics(batch: readonly LossSums[]): Record<string, number> {
  const total = (value: (sums: LossSums) => number | null) => batch.reduce((sum, sums) => sum + (value(sums) ?? 0), 0);
  const tokens = Math.max(
    total((s) => s.tokens),
    1,
  );
  const ratios = Math.max(
    total((s) => s.ratios),
    1,
  );
  const low = total((s) => s.lowClipped) / ratios;
  const high = total((s) => s.highClipped) / ratios;
  return {
    ...(batch.some((s) => s.kl !== null) && { kl: total((s) => s.kl) / tokens }),
    ...(batch.some((s) => s.entropy !== null) && { entropy: total((s) => s.entropy) / tokens }),
    ...(batch.some((s) => s.cispo)
      ? { cispo_clip_ratio: high }
      : // A ratio cannot be at both bounds, so the shares add up to that of the region.
        { 'clip_ratio/low_mean': low, 'clip_ratio/high_mean': high, 'clip_ratio/region_mean': low + high }),
  };
}
