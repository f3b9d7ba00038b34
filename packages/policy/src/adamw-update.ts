/** AdamW's rule (arXiv 1711.05101) on flat vectors, a piece at a time: every value depends on its own place alone. */
import type { Tensor1D } from '@tensorflow/tfjs';
import { tensorflow } from './tensorflow.ts';

/** Vectors of one length. */
export interface AdamWVectors {
  weights: Tensor1D;
  gradient: Tensor1D;
  /** Running means of the gradient and of its square. */
  first: Tensor1D;
  second: Tensor1D;
  /** 1 where weights decay, else 0; null where none does. */
  decays: Tensor1D | null;
}

export interface AdamWNumbers {
  beta1: number;
  beta2: number;
  epsilon: number;
  learningRate: number;
  weightDecay: number;
  /** What the gradient is multiplied by first. */
  clip: number;
  /** 1-based, for the correction of the means' bias. */
  step: number;
}

/**
 * Values of a piece. A vector of 10⁸ values takes memory that the system maps and clears anew for every operation on it; pieces of 16 MB
 * are given out again.
 */
const valuesOfPiece = 2 ** 22;

/** New weights, first and second means; what is given stays. Equal bit for bit for pieces of any size. */
export function adamwUpdate(
  vectors: AdamWVectors,
  numbers: AdamWNumbers,
  pieceSize = valuesOfPiece,
): [Tensor1D, Tensor1D, Tensor1D] {
  const tf = tensorflow();
  const total = vectors.gradient.size;
  if (total <= pieceSize) return tf.tidy(() => rule(vectors, numbers));
  const pieces: [Tensor1D, Tensor1D, Tensor1D][] = [];
  for (let begin = 0; begin < total; begin += pieceSize)
    pieces.push(tf.tidy(() => rule(pieceOf(vectors, begin, Math.min(pieceSize, total - begin)), numbers)));
  const joined = (which: 0 | 1 | 2) => {
    const parts = pieces.map((piece) => piece[which]);
    const whole = tf.concat1d(parts);
    tf.dispose(parts);
    return whole;
  };
  return [joined(0), joined(1), joined(2)];
}

function pieceOf(
  { weights, gradient, first, second, decays }: AdamWVectors,
  begin: number,
  size: number,
): AdamWVectors {
  const of = (vector: Tensor1D): Tensor1D => tensorflow().slice1d(vector, begin, size);
  return {
    weights: of(weights),
    gradient: of(gradient),
    first: of(first),
    second: of(second),
    decays: decays && of(decays),
  };
}

function rule(
  { weights, gradient, first, second, decays }: AdamWVectors,
  { beta1, beta2, epsilon, learningRate, weightDecay, clip, step }: AdamWNumbers,
): [Tensor1D, Tensor1D, Tensor1D] {
  const tf = tensorflow();
  const g = clip === 1 ? gradient : tf.mul(gradient, clip);
  const m = tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)) as Tensor1D;
  const v = tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)) as Tensor1D;
  // m̂ / (√v̂ + ε) with both bias corrections pulled into two numbers.
  const size = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const change = tf.div(tf.mul(m, size), tf.add(tf.mul(tf.sqrt(v), correction), epsilon));
  const kept = decays ? tf.sub(weights, tf.mul(tf.mul(weights, decays), learningRate * weightDecay)) : weights;
  return [tf.sub(kept, change), m, v];
}
