/** The low-rank path beside a frozen projection: y + scale · B·A·x, without the matrix B·A. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { addRows } from './decoder-ops.ts';
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
 * Adds the path to y [R, outputs] for inputs x [R, inputs]; a `norm` [inputs] that the projection's weight has folded in is folded into
 * A too.
 */
export function addLowRank(y: Tensor2D, x: Tensor2D, { down, up, scale, dropout }: LowRank, norm?: Tensor): Tensor2D {
  const tf = tensorflow();
  const factor = norm ? tf.mul(norm, scale) : scale;
  // prompts and completions pass through a layer apart; their number of rows tells their draws apart
  const kept = dropout ? tf.mul(x, dropoutMask(x.shape, dropout.rate, [...dropout.key, x.shape[0]])) : x;
  const inner = tf.matMul(kept as Tensor2D, tf.mul(down, factor) as Tensor2D, false, true);
  return addRows(y, tf.matMul(inner, up, false, true) as Tensor2D);
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
