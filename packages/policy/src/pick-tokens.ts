/** The draw: tokens by inverting the cumulative distribution at one given uniform number a row. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { takeRows } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

export interface Picked {
  ids: Int32Array;
  /** Log-probability of each under softmax(logits / temperature), unfiltered. */
  logProbs: Float32Array;
}

export interface Distribution {
  /** [B, V] */
  logits: Tensor2D;
  /** softmax(logits / temperature), of softmax(logits) at temperature 0, zeros up to whole blocks [B, blocks · blockSize]. */
  probabilities: Tensor2D;
  /** Sums of its blocks [B, blocks]. */
  blockSums: Tensor2D;
}

/** Tokens whose probabilities are added up together: a cumulative sum of the whole vocabulary takes longer than the head. */
const blockSize = 64;

/** What `pickTokens` draws from, of logits [B, V]; call inside tidy. */
export function distribution(logits: Tensor2D, temperature: number): Distribution {
  const tf = tensorflow();
  const [rows, vocabulary] = logits.shape;
  // A product, because TensorFlow makes one of a division where it runs a recorded graph.
  const softmax = tf.softmax(temperature === 0 || temperature === 1 ? logits : tf.mul(logits, 1 / temperature));
  const missing = -vocabulary & (blockSize - 1);
  const probabilities = (
    missing === 0
      ? softmax
      : tf.pad(softmax, [
          [0, 0],
          [0, missing],
        ])
  ) as Tensor2D;
  const blocks = tf.reshape(probabilities, [rows, -1, blockSize]);
  return { logits, probabilities, blockSums: tf.sum(blocks, 2) as Tensor2D };
}

/** For uniform numbers [B] in [0, 1); call inside tidy. topP 1 and topK 0 are off. */
export function pickTokens(
  from: Distribution,
  uniforms: Float32Array,
  { temperature, topP, topK }: { temperature: number; topP: number; topK: number },
): Picked {
  const vocabulary = from.logits.shape[1];
  const kept = topK > 0 ? Math.min(topK, vocabulary) : vocabulary;
  if (temperature !== 0 && topP === 1 && kept === vocabulary) return drawFromBlocks(from, uniforms);
  const tf = tensorflow();
  const { logits, probabilities } = from;
  const ids = temperature === 0 ? tf.argMax(logits, 1) : drawFiltered(probabilities, uniforms, topP, kept);
  return {
    ids: ids.dataSync() as Int32Array,
    logProbs: tf.log(pickColumns(probabilities, ids)).dataSync() as Float32Array,
  };
}

/** Finds the block that holds each row's number, reads that block alone and finds the token in it. */
function drawFromBlocks({ probabilities, blockSums }: Distribution, uniforms: Float32Array): Picked {
  const tf = tensorflow();
  const blocks = blockSums.shape[1];
  const sums = blockSums.dataSync() as Float32Array;
  const chosen = new Int32Array(uniforms.length);
  const rest = Float64Array.from(uniforms, (uniform, row) => {
    const own = sums.subarray(row * blocks, (row + 1) * blocks);
    const { index, before, total } = reach(own, (sum) => uniform * sum);
    chosen[row] = row * blocks + index;
    return Math.min(uniform * total - before, own[index] as number);
  });
  const all = tf.reshape(probabilities, [-1, blockSize]);
  const read = takeRows(all, tf.tensor1d(chosen, 'int32')).dataSync() as Float32Array;
  const ids = new Int32Array(uniforms.length);
  const logProbs = new Float32Array(uniforms.length);
  chosen.forEach((block, row) => {
    const own = read.subarray(row * blockSize, (row + 1) * blockSize);
    const { index } = reach(own, () => rest[row] as number);
    ids[row] = (block % blocks) * blockSize + index;
    logProbs[row] = Math.log(own[index] as number);
  });
  return { ids, logProbs };
}

/**
 * First entry at which the sum of weights up to it exceeds the number that `numberOf` makes of their total, and the sum before it; the
 * last entry above 0 when rounding leaves the number at the total. Entries of weight 0 are never reached.
 */
function reach(weights: Float32Array, numberOf: (total: number) => number) {
  let total = 0;
  for (const weight of weights) total += weight;
  const number = numberOf(total);
  let sum = 0;
  let found = { index: 0, before: 0, total };
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number;
    if (!(weight > 0)) continue;
    found = { index, before: sum, total };
    sum += weight;
    if (sum > number) break;
  }
  return found;
}

function drawFiltered(probabilities: Tensor2D, uniforms: Float32Array, topP: number, kept: number): Tensor {
  const tf = tensorflow();
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
