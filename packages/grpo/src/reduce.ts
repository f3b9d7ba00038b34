/** How per-token terms become one loss, and the counts of completions and tokens they are divided by. */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from './tf.ts';

export type LossType = 'grpo' | 'bnpo' | 'dr_grpo' | 'dapo' | 'cispo';

/** What a loss is divided by. Of the whole accumulated batch, so that the losses of its micro-batches add up to its own. */
export interface BatchCounts {
  /** Tokens in the loss (bnpo, dapo, cispo and the entropy bonus divide by it). */
  numItems: number;
  /** Completions in the loss (grpo and dr_grpo divide by it). */
  numCompletions: number;
}

/**
 * Counts what a batch's loss is divided by: completion i counts `multiplicity[i]` times (default 1) and, when `active[i]`
 * is false, not at all. `lengths` are tokens in the loss: 0 for a truncated completion that is masked out (it still counts
 * as a completion, as in TRL).
 */
export function countBatch({
  lengths,
  multiplicity,
  active,
}: {
  lengths: readonly number[];
  multiplicity?: readonly number[];
  active?: readonly boolean[];
}): BatchCounts {
  const counts = { numItems: 0, numCompletions: 0 };
  lengths.forEach((length, i) => {
    const copies = active?.[i] === false ? 0 : (multiplicity?.[i] ?? 1);
    counts.numItems += copies * length;
    counts.numCompletions += copies;
  });
  return counts;
}

/**
 * Scalar loss from per-token terms [N, T] (or [N, 1], one term for all tokens of a completion).
 *
 * | loss type | Σ over completions i of weight_i · … |
 * |---|---|
 * | grpo | (Σ_t ℓ / max(|o_i|, 1)) / numCompletions |
 * | bnpo, dapo, cispo | Σ_t ℓ / numItems |
 * | dr_grpo | Σ_t ℓ / (numCompletions · maxCompletionLength) |
 *
 * `mask` [N, T] marks the completion's tokens; `rowWeights` [N] is how often a row counts, 0 for inactive ones. Counts left
 * out are those of this batch. bnpo and dapo differ in TRL in whose tokens they divide by, the micro-batch's or the whole
 * batch's; here both divide by the whole batch's, since how a batch is split must not change the result.
 */
export function reduceLoss(
  tf: Tf,
  perToken: Tensor2D,
  mask: Tensor2D,
  rowWeights: Tensor1D,
  {
    lossType,
    maxCompletionLength,
    numItems,
    numCompletions,
  }: { lossType: LossType; maxCompletionLength: number } & Partial<BatchCounts>,
): Scalar {
  const rowSums = tf.sum(tf.mul(perToken, mask), 1);
  const lengths = tf.sum(mask, 1);
  const completions = () =>
    numCompletions === undefined ? atLeastOne(tf, tf.sum(rowWeights)) : Math.max(numCompletions, 1);
  switch (lossType) {
    case 'grpo': {
      const rowMeans = tf.div(rowSums, atLeastOne(tf, lengths));
      return tf.div(tf.sum(tf.mul(rowMeans, rowWeights)), completions());
    }
    case 'dr_grpo':
      return tf.div(tf.sum(tf.mul(rowSums, rowWeights)), tf.mul(completions(), maxCompletionLength));
    case 'bnpo':
    case 'dapo':
    case 'cispo': {
      const tokens =
        numItems === undefined ? atLeastOne(tf, tf.sum(tf.mul(lengths, rowWeights))) : Math.max(numItems, 1);
      return tf.div(tf.sum(tf.mul(rowSums, rowWeights)), tokens);
    }
  }
}

/** A batch without tokens or completions in the loss has loss 0, not 0 / 0. */
function atLeastOne(tf: Tf, count: Tensor): Tensor {
  return tf.maximum(count, 1);
}
