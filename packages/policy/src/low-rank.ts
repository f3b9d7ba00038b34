/** A frozen projection with a low-rank path beside it: W·x + scale · B·A·x, without the matrix B·A. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { withGradient } from './decoder-ops.ts';
import { statelessUniform } from './native-ops.ts';
import { keyedStream } from './random.ts';
import { tensorflow } from './tensorflow.ts';

export interface LowRank {
  /** A [rank, inputs]. */
  down: Tensor2D;
  /** B [outputs, rank]. */
  up: Tensor2D;
  scale: number;
  /** In training: share of inputs left out, and what the draw is keyed by. */
  dropout: { rate: number; key: readonly number[] } | null;
}

/**
 * x·Wᵀ + scale · dropout(x)·Aᵀ·Bᵀ [R, outputs] for inputs x [R, inputs] and a frozen W [outputs, inputs], which gets no gradient; a
 * `norm` [inputs] that W has folded in is folded into A too. Only x and the narrow product are kept for the gradient: W may be a cast or
 * have a norm folded in, and is made again.
 */
export function adaptedProduct(x: Tensor2D, weight: () => Tensor2D, path: LowRank, norm?: Tensor): Tensor2D {
  const tf = tensorflow();
  const { scale, dropout } = path;
  const fold = (down: Tensor2D) => tf.mul(down, norm ? tf.mul(norm, scale) : scale) as Tensor2D;
  // prompts and completions pass through a layer apart; their number of rows tells their draws apart
  const drop = (t: Tensor2D) =>
    (dropout ? tf.mul(t, dropoutMask(t.shape, dropout.rate, [...dropout.key, t.shape[0]])) : t) as Tensor2D;
  return withGradient([x, path.down, path.up], (save) => {
    const inner = tf.matMul(drop(x), fold(path.down), false, true) as Tensor2D;
    save([x, path.down, path.up, inner]);
    return {
      value: tf.add(tf.matMul(x, weight(), false, true), tf.matMul(inner, path.up, false, true)),
      gradient: (dy, saved) => {
        const [input, down, up, narrow] = saved as Tensor2D[] as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
        const dNarrow = tf.matMul(dy as Tensor2D, up) as Tensor2D;
        const dDown = fold(tf.matMul(dNarrow, drop(input), true, false) as Tensor2D);
        const dx = tf.add(tf.matMul(dy as Tensor2D, weight()), drop(tf.matMul(dNarrow, fold(down)) as Tensor2D));
        return [dx, dDown, tf.matMul(dy as Tensor2D, narrow, true, false)];
      },
    };
  }) as Tensor2D;
}

/** scale · B·A [outputs, inputs]. */
export function lowRankProduct({ down, up, scale }: Omit<LowRank, 'dropout'>): Tensor2D {
  const tf = tensorflow();
  return tf.matMul(tf.mul(up, scale) as Tensor2D, down);
}

/** [R, inputs]: 0 with probability `rate`, else 1 / (1 − rate). The same key and shape give the same mask. */
export function dropoutMask(shape: [number, number], rate: number, key: readonly number[]): Tensor {
  const tf = tensorflow();
  const draw = keyedStream(key);
  const seed = [0, 1].map((i) => Math.floor(draw(i) * 2 ** 31)) as [number, number];
  return tf.mul(tf.cast(tf.greaterEqual(statelessUniform(shape, seed), rate), 'float32'), 1 / (1 - rate));
}
