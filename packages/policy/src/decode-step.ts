/** One decoding step: the newest token of every row in, logits of the next one out, the cache one token longer. */
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { DecodeCache } from './decode-cache.ts';
import { embedIds, finalRows, finishLayer, headWeight, type Model, projectAttention } from './decoder.ts';
import { tensorflow } from './tensorflow.ts';

/** Logits [B, vocabulary] of the cache's rows, given each row's input token and position; call inside tidy. */
export function decodeStep(model: Model, cache: DecodeCache, ids: Int32Array, positions: Int32Array): Tensor2D {
  const tf = tensorflow();
  const { layers, heads, keyValueHeads, headSize, windows } = model.config;
  const repeats = heads / keyValueHeads;
  const { chunks, slots } = cache;
  const rows = chunks * slots;
  const { queryRotary, keyRotary } = model.rotary.at(
    positions,
    positions.map((position) => position + 1),
  );
  /** [B, heads] vectors to [C, K, S, repeats] order and back. */
  const byHead = (t: Tensor, copies: number) =>
    tf.transpose(tf.reshape(t, [chunks, slots, keyValueHeads, copies * headSize]), [0, 2, 1, 3]);
  const byRow = (t: Tensor) =>
    tf.reshape(tf.transpose(tf.reshape(t, [chunks, keyValueHeads, slots, repeats * headSize]), [0, 2, 1, 3]), [
      rows,
      heads * headSize,
    ]);
  const together = [chunks * keyValueHeads, slots * repeats];
  const apart = [chunks * keyValueHeads * slots, repeats];

  const masks = new Map<number | null, Tensor | null>();
  let x = embedIds(model, ids);
  for (let layer = 0; layer < layers; layer++) {
    const projected = projectAttention(model, layer, x, queryRotary, keyRotary);
    const queries = byHead(projected.queries, repeats);
    const one = (t: Tensor2D) => tf.reshape(byHead(t, 1), [apart[0] as number, 1, headSize]) as Tensor3D;
    const window = windows[layer] ?? null;
    const grown = cache.append(layer, one(projected.keys), one(projected.values));
    if (!masks.has(window)) masks.set(window, cache.maskAt(window, grown.keys.shape[1]));
    const mask = masks.get(window);
    const own = { keys: lastTokens(grown.keys, window), values: lastTokens(grown.values, window) };
    const length = own.keys.shape[1];
    const ownScores = tf.reshape(tf.matMul(tf.reshape(queries, [...apart, headSize]), own.keys, false, true), [
      -1,
      length,
    ]);
    const prefix = cache.layers[layer]?.prefix;
    let attended: Tensor;
    if (prefix && mask) {
      const width = prefix.keys.shape[1];
      const prefixScores = tf.reshape(
        tf.matMul(tf.reshape(queries, [...together, headSize]), prefix.keys, false, true),
        [-1, width],
      );
      const weights = tf.softmax(tf.concat([tf.add(prefixScores, mask), ownScores], 1));
      const [onPrefix, onOwn] = tf.split(weights, [width, length], 1) as [Tensor2D, Tensor2D];
      attended = tf.add(
        tf.reshape(tf.matMul(tf.reshape(onPrefix, [...together, width]), prefix.values), [-1]),
        tf.reshape(tf.matMul(tf.reshape(onOwn, [...apart, length]), own.values), [-1]),
      );
    } else {
      attended = tf.matMul(tf.reshape(tf.softmax(ownScores), [...apart, length]), own.values);
    }
    x = finishLayer(model, layer, x, byRow(attended) as Tensor2D);
  }
  return tf.matMul(finalRows(model, x), headWeight(model), false, true);
}

/** The last tokens of a cache [B, t, headSize] that a window lets see. */
function lastTokens(t: Tensor3D, window: number | null): Tensor3D {
  const hidden = window === null ? 0 : t.shape[1] - window;
  return hidden > 0 ? tensorflow().slice(t, [0, hidden, 0], [-1, -1, -1]) : t;
}
