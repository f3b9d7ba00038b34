/** Differentiable pieces of the decoder whose gradients are written by hand: fewer passes over memory than autodiff takes. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { takeRows } from './native-ops.ts';
import { tensorflow, tidy } from './tensorflow.ts';

interface WithGradient {
  value: Tensor;
  /** Gradients of the inputs, in their order. */
  gradient: (dy: Tensor, saved: Tensor[]) => Tensor[];
}

/** An operation with a gradient of its own: what `save` is given outlives the forward pass and comes back as `saved`. */
export function withGradient(inputs: Tensor[], compute: (save: (tensors: Tensor[]) => void) => WithGradient): Tensor {
  type Custom = (
    f: (...tensorsAndSave: unknown[]) => { value: Tensor; gradFunc: WithGradient['gradient'] },
  ) => (...inputs: Tensor[]) => Tensor;
  return (tensorflow().customGrad as unknown as Custom)((...tensorsAndSave) => {
    const { value, gradient } = compute(tensorsAndSave.at(-1) as (tensors: Tensor[]) => void);
    // tfjs frees what a gradient function made on the way only after the whole backward pass.
    return { value, gradFunc: (dy, saved) => tidy(() => gradient(dy, saved)) };
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
      gradient: (dy, [y, s]) => [
        tf.mul(tf.sub(dy, tf.mul(y as Tensor, tf.mean(tf.mul(dy, y as Tensor), 1, true))), s as Tensor),
      ],
    };
  }) as Tensor2D;
}

/**
 * x·Wᵀ [R, outputs] for inputs x [R, inputs] and a weight [outputs, inputs] that gets no gradient and is made where it is read: it is
 * made again for the gradient of x.
 */
export function frozenProduct(x: Tensor2D, weight: () => Tensor2D): Tensor2D {
  const tf = tensorflow();
  return withGradient([x], () => ({
    value: tf.matMul(x, weight(), false, true),
    gradient: (dy) => [tf.matMul(dy as Tensor2D, weight())],
  })) as Tensor2D;
}

/** x + y of equal shape; tf.add would keep both for its gradient. */
export function addRows(x: Tensor2D, y: Tensor2D): Tensor2D {
  return withGradient([x, y], () => ({ value: tensorflow().add(x, y), gradient: (dy) => [dy, dy] })) as Tensor2D;
}

/** Sum of tensors of equal shape. tf.addN begins with the one whose memory it may reuse, which in a graph is another than without. */
export function sumInOrder(tensors: readonly Tensor[]): Tensor {
  return tensors.reduce((sum, tensor) => tensorflow().add(sum, tensor));
}

/** silu(gate) ⊙ up (SwiGLU, arXiv 2002.05202). */
export function swiGlu(gate: Tensor2D, up: Tensor2D): Tensor2D {
  const tf = tensorflow();
  return withGradient([gate, up], (save) => {
    save([gate, up]);
    return {
      value: tf.mul(tf.mul(gate, tf.sigmoid(gate)), up),
      gradient: (dy, saved) => {
        const [g, u] = saved as [Tensor, Tensor];
        const sigmoid = tf.sigmoid(g);
        const silu = tf.mul(g, sigmoid);
        // d silu/d gate = σ + silu·(1 − σ) = silu + σ·(1 − silu)
        return [tf.mul(tf.mul(dy, u), tf.add(silu, tf.mul(sigmoid, tf.sub(1, silu)))), tf.mul(dy, silu)];
      },
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
  const swap = (t: Tensor, inverse: boolean) =>
    tf.reshape(tf.matMul(tf.reshape(t, [-1, halves.shape[0]]), halves, false, inverse), t.shape);
  return withGradient([x], (save) => {
    save([cos, sin]);
    return {
      value: tf.add(tf.mul(x, cos), tf.mul(swap(x, false), sin)),
      gradient: (dy, [c, s]) => [tf.add(tf.mul(dy, c as Tensor), swap(tf.mul(dy, s as Tensor), true))],
    };
  }) as Tensor2D;
}

/** Where the rows of a flat [R, w] tensor stand in a padded [M, w] one: each row once, the other places are pads. */
export interface Placement {
  /** Row at each of the M places; R, the index of a row of zeros appended, at pads. */
  take: Tensor1D;
  /** Place of each row [R]. */
  back: Tensor1D;
  hasPads: boolean;
}

/** Makes a placement from the row at each place (−1 at pads). */
export function placement(rowAt: Int32Array, rows: number): Placement {
  const tf = tensorflow();
  const back = new Int32Array(rows);
  let placed = 0;
  const take = rowAt.map((row, place) => {
    if (row < 0) return rows;
    back[row] = place;
    placed++;
    return row;
  });
  return { take: tf.tensor1d(take, 'int32'), back: tf.tensor1d(back, 'int32'), hasPads: placed < rowAt.length };
}

/** Flat rows [R, w] to padded places [M, w]; pads are zero. */
export function spreadRows(x: Tensor, { take, back, hasPads }: Placement): Tensor {
  return withGradient([x], (save) => {
    save([back]);
    return { value: takePadded(x, take, hasPads), gradient: (dy, [index]) => [takeRows(dy, index as Tensor1D)] };
  });
}

function takePadded(rows: Tensor, take: Tensor1D, hasPads: boolean): Tensor {
  const tf = tensorflow();
  return takeRows(hasPads ? tf.concat([rows, tf.zeros([1, rows.shape[1] as number])], 0) : rows, take);
}

/** Entries of the first axis of x, in any order and number; gradients of entries taken twice add up. */
export function pickRows(x: Tensor, indices: Int32Array): Tensor {
  const tf = tensorflow();
  const index = tf.tensor1d(indices, 'int32');
  return withGradient([x], (save) => {
    save([index]);
    return {
      value: takeRows(x, index),
      gradient: (dy, [saved]) => [tf.unsortedSegmentSum(dy as Tensor2D, saved as Tensor1D, x.shape[0] as number)],
    };
  });
}
