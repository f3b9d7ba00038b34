/** Turns logits into tokens: greedy, or by inverting the cumulative distribution at one given uniform number a row. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { takeRows } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

export interface Picked {
  ids: Int32Array;
  /** Log-probability of each under softmax(logits / temperature), unfiltered. */
  logProbs: Float32Array;
}

/** For logits [B, V] and uniform numbers [B] in [0, 1); call inside tidy. topP 1 and topK 0 are off. */
export function pickTokens(
  logits: Tensor2D,
  uniforms: Float32Array,
  filter: { temperature: number; topP: number; topK: number },
): Picked {
  const tf = tensorflow();
  const { temperature, topP, topK } = filter;
  const probabilities = tf.softmax(
    temperature === 0 || temperature === 1 ? logits : tf.div(logits, temperature),
  ) as Tensor2D;
  const ids = temperature === 0 ? tf.argMax(logits, 1) : draw(probabilities, uniforms, topP, topK);
  return {
    ids: ids.dataSync() as Int32Array,
    logProbs: tf.log(pickColumns(probabilities, ids)).dataSync() as Float32Array,
  };
}

function draw(probabilities: Tensor2D, uniforms: Float32Array, topP: number, topK: number): Tensor {
  const tf = tensorflow();
  const vocabulary = probabilities.shape[1];
  const kept = topK > 0 ? Math.min(topK, vocabulary) : vocabulary;
  if (topP === 1 && kept === vocabulary) return invert(probabilities, uniforms);
  const { values, indices } = tf.topk(probabilities, kept);
  // Top-k first, then the smallest set of the rest whose probability reaches top-p, as transformers filters.
  const total = tf.sum(values, 1, true);
  const before = tf.sub(tf.cumsum(values, 1), values);
  const filtered = tf.mul(values, tf.cast(tf.less(before, tf.mul(total, topP)), 'float32')) as Tensor2D;
  return tf.cast(pickColumns(tf.cast(indices, 'float32') as Tensor2D, invert(filtered, uniforms)), 'int32');
}

/** One entry of each row of a float32 matrix [B, W], at columns [B]. */
function pickColumns(matrix: Tensor2D, columns: Tensor): Tensor {
  const tf = tensorflow();
  const rowStarts = tf.mul(tf.range(0, matrix.shape[0], 1, 'int32'), tf.scalar(matrix.shape[1], 'int32'));
  return takeRows(tf.reshape(matrix, [-1]), tf.add(rowStarts, columns) as Tensor1D);
}

/** First entry of each row whose cumulative weight exceeds uniform · total; entries of weight 0 are never taken. */
function invert(weights: Tensor2D, uniforms: Float32Array): Tensor {
  const tf = tensorflow();
  const cumulative = tf.cumsum(weights, 1);
  const total = tf.slice(cumulative, [0, weights.shape[1] - 1], [-1, 1]);
  // Below 1 by more than float32 rounds, so that the product stays below the total.
  const bounded = uniforms.map((uniform) => Math.min(uniform, 1 - 2 ** -22));
  const reached = tf.mul(total, tf.tensor2d(bounded, [bounded.length, 1]));
  return tf.sum(tf.cast(tf.lessEqual(cumulative, reached), 'int32'), 1);
}
