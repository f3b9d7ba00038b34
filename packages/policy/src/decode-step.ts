/** One decoding step: the newest token of every row in, logits of the next one out, the cache one token longer. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { DecodeCache, LayerCache } from './decode-cache.ts';
import type { ModelConfig } from './model-config.ts';
import { takeRows, writeRows } from './native-ops.ts';
import type { RotaryTables } from './rotary-tables.ts';
import type { Linear, SamplingWeights } from './sampling-weights.ts';
import { tensorflow } from './tensorflow.ts';

/** What changes from step to step; B = C · S rows. */
export interface StepInputs {
  /** Input token of each row [B]. */
  ids: Tensor1D;
  /** Rotary tables of queries and keys [B, (heads + K) · headSize]; the sines of first halves are negative. */
  cos: Tensor2D;
  sin: Tensor2D;
  /** Where the new keys and values go [B · K] (DecodeCache.ownPlaces). */
  places: Tensor1D;
  /** DecodeCache.mask [C, 1, Tp + L] for each of `windowsOf`. */
  masks: Tensor3D[];
}

/** The different windows of a model's layers, in the order of `StepInputs.masks`. */
export function windowsOf({ windows }: ModelConfig): (number | null)[] {
  return [...new Set(windows)];
}

/** Lays out a step's inputs; call inside tidy. */
export function stepInputs(
  { config, rotary }: { config: ModelConfig; rotary: RotaryTables },
  cache: DecodeCache,
  { ids, positions, step }: { ids: Int32Array; positions: Int32Array; step: number },
): StepInputs {
  const tf = tensorflow();
  return {
    ids: tf.tensor1d(ids, 'int32'),
    ...rotary.joinedAt(
      positions,
      positions.map((position) => position + 1),
    ),
    places: tf.tensor1d(cache.ownPlaces(step), 'int32'),
    masks: windowsOf(config).map((window) =>
      tf.tensor3d(cache.mask(window, step), [cache.chunks, 1, cache.prefixWidth + cache.ownWidth]),
    ),
  };
}

export interface StepOutputs {
  /** [B, vocabulary] */
  logits: Tensor2D;
  /** Each layer's own keys and values with this step's: the memory of the cache's where `writesInPlace`. */
  own: LayerCache['own'][];
}

/** One step; call inside tidy. */
export function decodeStep(
  config: ModelConfig,
  weights: SamplingWeights,
  { chunks, slots, layers }: Pick<DecodeCache, 'chunks' | 'slots' | 'layers'>,
  inputs: StepInputs,
): StepOutputs {
  const tf = tensorflow();
  const { heads, keyValueHeads, headSize, rmsNormEpsilon, feedForwardSize, windows } = config;
  const repeats = heads / keyValueHeads;
  const rows = chunks * slots;
  const queryKeys = (heads + keyValueHeads) * headSize;
  const normalize = (x: Tensor2D) => normalized(x, rmsNormEpsilon);
  const masks = inputs.masks.map((mask) =>
    tf.reshape(tf.tile(mask, [1, slots * heads, 1]), [rows * heads, mask.shape[2]]),
  );
  const maskOfLayer = (layer: number) => masks[windowsOf(config).indexOf(windows[layer] ?? null)] as Tensor2D;
  const turned = (x: Tensor2D) => {
    const halves = tf.reverse(tf.reshape(x, [-1, 2, headSize / 2]), 1);
    return tf.add(tf.mul(x, inputs.cos), tf.mul(tf.reshape(halves, x.shape), inputs.sin)) as Tensor2D;
  };

  const own: LayerCache['own'][] = [];
  let x = takeRows(weights.embedding, inputs.ids) as Tensor2D;
  weights.layers.forEach((layer, l) => {
    const projected = linear(normalize(x), layer.attention);
    let [turning, values] = tf.split(projected, [queryKeys, keyValueHeads * headSize], 1) as [Tensor2D, Tensor2D];
    if (layer.headNorms) {
      const each = normalize(tf.reshape(turning, [-1, headSize]) as Tensor2D);
      turning = tf.mul(tf.reshape(each, turning.shape), layer.headNorms);
    }
    const [queries, keys] = tf.split(turned(turning), [heads * headSize, keyValueHeads * headSize], 1) as [
      Tensor2D,
      Tensor2D,
    ];
    const cache = written(layers[l] as LayerCache, inputs.places, keys, values, headSize);
    own.push(cache.own);
    const attended = attend(
      { chunks, slots, keyValueHeads, repeats, headSize },
      // [C, S, K, …] to [C, K, S, …]: a chunk's rows see its prompt together
      tf.transpose(tf.reshape(queries, [chunks, slots, keyValueHeads, repeats * headSize]), [0, 2, 1, 3]),
      cache,
      maskOfLayer(l),
    );
    const middle = tf.add(x, linear(attended, layer.output)) as Tensor2D;
    const [gate, up] = tf.split(linear(normalize(middle), layer.gateUp), [feedForwardSize, feedForwardSize], 1) as [
      Tensor2D,
      Tensor2D,
    ];
    x = tf.add(middle, linear(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), layer.down));
  });
  const logits = tf.matMul(tf.mul(normalize(x), weights.finalNorm), weights.head, false, true) as Tensor2D;
  return { logits, own };
}

function normalized(x: Tensor2D, epsilon: number): Tensor2D {
  const tf = tensorflow();
  return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon)));
}

function linear(x: Tensor2D, { weight, bias }: Linear): Tensor2D {
  const tf = tensorflow();
  const y = tf.matMul(x, weight) as Tensor2D;
  return bias ? tf.add(y, bias) : y;
}

/** The layer's cache with this step's keys and values [B, K · headSize] in it. */
function written(
  { prefix, own }: LayerCache,
  places: Tensor1D,
  keys: Tensor2D,
  values: Tensor2D,
  headSize: number,
): LayerCache {
  const tf = tensorflow();
  const write = (into: Tensor2D, t: Tensor2D) => writeRows(into, places, tf.reshape(t, [-1, headSize]) as Tensor2D);
  return { prefix, own: { keys: write(own.keys, keys), values: write(own.values, values) } };
}

interface Heads {
  chunks: number;
  slots: number;
  keyValueHeads: number;
  repeats: number;
  headSize: number;
}

/** Attention [B, heads · headSize] of queries [C, K, S, repeats · headSize] to the chunk's prompt and to own tokens. */
function attend(
  { chunks, slots, keyValueHeads, repeats, headSize }: Heads,
  queries: Tensor,
  { prefix, own }: LayerCache,
  mask: Tensor2D,
): Tensor2D {
  const tf = tensorflow();
  const together = [chunks * keyValueHeads, slots * repeats];
  const apart = [chunks * keyValueHeads * slots, repeats];
  const vectors = slots * chunks * keyValueHeads * repeats;
  const tokens = (t: Tensor2D) => tf.reshape(t, [apart[0] as number, -1, headSize]);
  const ownScores = tf.matMul(tf.reshape(queries, [...apart, headSize]), tokens(own.keys), false, true);
  const ownWidth = ownScores.shape[2] as number;
  const scored = tf.reshape(ownScores, [vectors, ownWidth]) as Tensor2D;
  let attended: Tensor;
  if (prefix) {
    const width = prefix.keys.shape[1];
    const prefixScores = tf.matMul(tf.reshape(queries, [...together, headSize]), prefix.keys, false, true);
    const scores = tf.concat([tf.reshape(prefixScores, [vectors, width]) as Tensor2D, scored], 1);
    const [onPrefix, onOwn] = tf.split(tf.softmax(tf.add(scores, mask)), [width, ownWidth], 1) as [Tensor2D, Tensor2D];
    attended = tf.add(
      tf.reshape(tf.matMul(tf.reshape(onPrefix, [...together, width]), prefix.values), [-1]),
      tf.reshape(tf.matMul(tf.reshape(onOwn, [...apart, ownWidth]), tokens(own.values)), [-1]),
    );
  } else {
    const weights = tf.softmax(tf.add(scored, mask));
    attended = tf.matMul(tf.reshape(weights, [...apart, ownWidth]), tokens(own.values));
  }
  const byHead = tf.reshape(attended, [chunks, keyValueHeads, slots, repeats * headSize]);
  return tf.reshape(tf.transpose(byHead, [0, 2, 1, 3]), [chunks * slots, -1]) as Tensor2D;
}
