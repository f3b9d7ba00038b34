/** Differentiable pieces of the decoder whose gradients are written by hand: fewer passes over memory than autodiff takes. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { tensorflow } from './tensorflow.ts';

interface WithGradient {
  value: Tensor;
  /** Gradients of the inputs, in their order. */
  gradient: (dy: Tensor, saved: Tensor[]) => Tensor[];
}

/** An operation with a gradient of its own: what `save` is given outlives the forward pass and comes back as `saved`. */
export function withGradient(inputs: Tensor[], compute: (save: (tensors: Tensor[]) => void) => WithGradient): Tensor {
  type Custom = (f: (...tensorsAndSave: unknown[]) => { value: Tensor; gradFunc: WithGradient['gradient'] }) => (...inputs: Tensor[]) => Tensor;
  return (tensorflow().customGrad as unknown as Custom)((...tensorsAndSave) => {
    const { value, gradient } = compute(tensorsAndSave.at(-1) as (tensors: Tensor[]) => void);
    return { value, gradFunc: gradient };
  })(...inputs);
}

/** x / sqrt(mean(x²) + ε) along rows of [R, d]: RMSNorm (arXiv 1910.07467) before its weight. */
export function normalizeRows(x: Tensor2D, epsilon: number): Tensor2D {
  const tf = tensorflow();
  return withGradient([x], (save) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon));
    const value = tf.mul(x, scale);
    save([value, scale]);
    return {
      value,
      gradient: (dy, [y, s]) => [tf.mul(tf.sub(dy, tf.mul(y as Tensor, tf.mean(tf.mul(dy, y as Tensor), 1, true))), s as Tensor)],
    };
  }) as Tensor2D;
}

/** silu(gate) ⊙ up (SwiGLU, arXiv 2002.05202). */
export function swiGlu(gate: Tensor2D, up: Tensor2D): Tensor2D {
  const tf = tensorflow();
  return withGradient([gate, up], (save) => {
    const sigmoid = tf.sigmoid(gate);
    const silu = tf.mul(gate, sigmoid);
    save([up, sigmoid, silu]);
    return {
      value: tf.mul(silu, up),
      // d silu/d gate = σ + silu·(1 − σ) = silu + σ·(1 − silu)
      gradient: (dy, [u, sig, act]) => [
        tf.mul(tf.mul(dy, u as Tensor), tf.add(act as Tensor, tf.mul(sig as Tensor, tf.sub(1, act as Tensor)))),
        tf.mul(dy, act as Tensor),
      ],
    };
  }) as Tensor2D;
}

/** Rotary tables of one projection: cosines and sines [R, heads · headSize], and the matrix that rotates halves [headSize, headSize]. */
export interface Rotary {
  cos: Tensor2D;
  sin: Tensor2D;
  halves: Tensor2D;
}

/** Rotary positions (arXiv 2104.09864) on [R, heads · headSize]: x·cos + (−x₂, x₁)·sin, the swap of halves as a matrix product. */
export function rotate(x: Tensor2D, { cos, sin, halves }: Rotary): Tensor2D {
  const tf = tensorflow();
  const size = halves.shape[0];
  const swap = (t: Tensor, inverse: boolean) => tf.reshape(tf.matMul(tf.reshape(t, [-1, size]), halves, false, inverse), t.shape);
  return withGradient([x], () => ({
    value: tf.add(tf.mul(x, cos), tf.mul(swap(x, false), sin)),
    gradient: (dy) => [tf.add(tf.mul(dy, cos), swap(tf.mul(dy, sin), true))],
  })) as Tensor2D;
}

/** Where the rows of a flat [R, w] tensor stand in a padded [M, w] one: each row once; pads hold zeros or, unread, anything. */
export interface Placement {
  /** Row shown at each of the M places; R at pads, the index of a row of zeros appended. */
  take: Tensor1D;
  /** Place of each row [R]. */
  back: Tensor1D;
  hasPads: boolean;
}

/** Flat rows [R, w] to padded places [M, w]; pads are zero. */
export function spreadRows(x: Tensor, placement: Placement): Tensor {
  const tf = tensorflow();
  return withGradient([x], () => ({ value: takePadded(x, placement), gradient: (dy) => [tf.gather(dy, placement.back)] }));
}

/** Padded places [M, w] back to flat rows [R, w]. */
export function collectRows(x: Tensor, placement: Placement): Tensor {
  const tf = tensorflow();
  return withGradient([x], () => ({ value: tf.gather(x, placement.back), gradient: (dy) => [takePadded(dy, placement)] }));
}

function takePadded(rows: Tensor, { take, hasPads }: Placement): Tensor {
  const tf = tensorflow();
  if (!hasPads) return tf.gather(rows, take);
  return tf.gather(tf.concat([rows, tf.zeros([1, rows.shape[1] as number])], 0), take);
}

/** Rows of an embedding matrix; its gradient sums rows of equal ids. */
export function embed(matrix: Tensor2D, ids: Tensor1D): Tensor2D {
  const tf = tensorflow();
  return withGradient([matrix], () => ({
    value: tf.gather(matrix, ids),
    gradient: (dy) => [tf.unsortedSegmentSum(dy as Tensor2D, ids, matrix.shape[0])],
  })) as Tensor2D;
}
