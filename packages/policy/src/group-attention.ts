/** Attention of token rows to a shared prefix and, causally, to their own sequence, over padded blocks, with its gradient by hand. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { type AttentionPlan, type Block, windowMask } from './attention-plan.ts';
import { ofChunks } from './chunks.ts';
import { sumInOrder, withGradient } from './decoder-ops.ts';
import { takeRows } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

/** Prompt keys and values of one layer [P, K, Tp, headSize]. */
export interface KeyValues {
  keys: Tensor;
  values: Tensor;
}

/** One block's operands, gathered from flat head vectors: `shared` views see a chunk's sequences together, `own` apart. */
export function operands(
  plan: AttentionPlan,
  block: Block,
  index: { queries: Tensor1D; keys: Tensor1D },
  q: Tensor,
  k: Tensor,
  v: Tensor,
  prefix: KeyValues | null,
) {
  const tf = tensorflow();
  const { keyValueHeads, headSize, heads } = plan.config;
  const chunks = block.chunkPrompts.length * keyValueHeads;
  const repeats = heads / keyValueHeads;
  const asShared = (t: Tensor) => tf.reshape(t, [chunks, block.slots * repeats * block.width, -1]) as Tensor3D;
  const asOwn = (t: Tensor) => tf.reshape(t, [chunks * block.slots, repeats * block.width, -1]) as Tensor3D;
  const ownKeys = (t: Tensor) =>
    tf.reshape(takeRows(t, index.keys), [chunks * block.slots, block.width, headSize]) as Tensor3D;
  const prefixKeys = (t: Tensor) => tf.reshape(ofChunks(t, block.chunkPrompts), [chunks, -1, headSize]) as Tensor3D;
  return {
    asShared,
    asOwn,
    queries: takeRows(q, index.queries),
    keys: ownKeys(k),
    values: ownKeys(v),
    prefix: prefix && { keys: prefixKeys(prefix.keys), values: prefixKeys(prefix.values) },
  };
}

/** Sum of what a block's weights take from prefix and own keys (or values). */
function combine(fromPrefix: Tensor | null, fromOwn: Tensor, columns: number): Tensor2D {
  const tf = tensorflow();
  const own = tf.reshape(fromOwn, [-1, columns]);
  return (fromPrefix ? tf.add(tf.reshape(fromPrefix, [-1, columns]), own) : own) as Tensor2D;
}

/** Attention weights on the prefix and on own tokens, of the scores of both. */
function weigh(
  block: Block,
  window: number | null | undefined,
  onPrefix: Tensor | null,
  onOwn: Tensor,
): [Tensor2D | null, Tensor2D] {
  const tf = tensorflow();
  const { width, causal } = block;
  const mask = windowMask(block, window);
  const own = tf.reshape(mask ? onOwn : tf.add(onOwn, causal), [-1, width]) as Tensor2D;
  if (!onPrefix) return [null, tf.softmax((mask ? tf.add(own, mask) : own) as Tensor2D)];
  const prefixWidth = onPrefix.shape[2] as number;
  const scores = tf.concat([tf.reshape(onPrefix, [-1, prefixWidth]) as Tensor2D, own], 1);
  const weights = tf.softmax(mask ? tf.add(scores, mask) : scores) as Tensor2D;
  return tf.split(weights, [prefixWidth, width], 1) as [Tensor2D, Tensor2D];
}

/** A column of `value` beside the columns of a tensor. */
export function withColumn(t: Tensor, value: number): Tensor {
  const tf = tensorflow();
  return tf.concat([t, tf.fill([...t.shape.slice(0, -1), 1], value)], t.shape.length - 1);
}

/** All columns but the last. */
export function withoutColumn(t: Tensor): Tensor {
  const columns = (t.shape.at(-1) as number) - 1;
  return tensorflow().slice(
    t,
    t.shape.map(() => 0),
    [...t.shape.slice(0, -1), columns],
  );
}

/**
 * A layer's attention output [R, heads · headSize] for rotated queries [R, heads · headSize] (scaled by 1/√headSize) and keys and values
 * [R, K · headSize]. Only the attention weights are kept for the gradient; the padded operands are gathered again.
 */
export function attend(
  plan: AttentionPlan,
  layer: number,
  queries: Tensor2D,
  keys: Tensor2D,
  values: Tensor2D,
  prefix: KeyValues | null,
): Tensor2D {
  const tf = tensorflow();
  const { headSize, windows } = plan.config;
  const inputs = [queries, keys, values, ...(prefix ? [prefix.keys, prefix.values] : [])];
  const items = (t: Tensor) => tf.reshape(t, [-1, headSize]);
  const join = (parts: Tensor[]) => (parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0));
  return withGradient(inputs, (save) => {
    const outputs: Tensor[] = [];
    const kept: Tensor[] = [];
    for (const block of plan.blocks) {
      const on = operands(plan, block, block, items(queries), items(keys), items(values), prefix);
      const ownScores = tf.matMul(on.asOwn(on.queries), on.keys, false, true);
      const [onPrefix, onOwn] = weigh(block, windows[layer], on.prefix && prefixScores(block, on), ownScores);
      const fromPrefix = on.prefix && onPrefix && tf.matMul(on.asShared(onPrefix), on.prefix.values);
      outputs.push(combine(fromPrefix, tf.matMul(on.asOwn(onOwn), on.values), headSize));
      kept.push(onPrefix ?? onOwn, onOwn, block.queries, block.keys, block.queriesOrZero);
    }
    const value = tf.reshape(takeRows(join(outputs), plan.queryPlaces), queries.shape);
    save([...inputs, value, plan.queryPlaces, plan.keyPlaces, ...kept]);
    return { value, gradient: (dy, saved) => attendGradient(plan, dy, saved, prefix !== null) };
  }) as Tensor2D;
}

/** Scores of the prefix's keys; those that pad shorter prompts are hidden by a column more, at no pass over all scores. */
function prefixScores(
  { prefixPads }: Block,
  { asShared, queries, prefix }: ReturnType<typeof operands>,
): Tensor | null {
  const tf = tensorflow();
  if (!prefix) return null;
  if (!prefixPads) return tf.matMul(asShared(queries), prefix.keys, false, true);
  const pads = tf.reshape(tf.tile(prefixPads, [1, (prefix.keys.shape[0] as number) / prefixPads.shape[0], 1]), [
    prefix.keys.shape[0] as number,
    -1,
    1,
  ]);
  return tf.matMul(asShared(withColumn(queries, 1)), tf.concat([prefix.keys, pads], 2), false, true);
}

function attendGradient(plan: AttentionPlan, dy: Tensor, saved: Tensor[], hasPrefix: boolean): Tensor[] {
  const tf = tensorflow();
  const { headSize } = plan.config;
  const [q, k, v] = saved as [Tensor, Tensor, Tensor];
  const prefix = hasPrefix ? { keys: saved[3] as Tensor, values: saved[4] as Tensor } : null;
  const first = hasPrefix ? 5 : 3;
  const [y, queryPlaces, keyPlaces] = saved.slice(first, first + 3) as [Tensor, Tensor1D, Tensor1D];
  const items = (t: Tensor) => tf.reshape(t, [-1, headSize]);
  // With weights w of scores s: ds = w · (dw − Σ w·dw), and Σ w·dw = dy·y (arXiv 2205.14135, section 3.1). As a column beside dy,
  // against a column of ones beside the values, the difference comes out of the product that makes dw.
  const less = tf.neg(tf.sum(tf.mul(items(dy), items(y)), 1, true));
  // Pads get a zero gradient, so that what stands in them reaches no key or value.
  const output = tf.concat([tf.concat([items(dy), less], 1), tf.zeros([1, headSize + 1])], 0);
  const parts = plan.blocks.map((block, b) => {
    const at = first + 3 + 5 * b;
    const [onPrefix, onOwn, queryIndex, keyIndex, outputIndex] = saved.slice(at, at + 5) as [
      Tensor2D,
      Tensor2D,
      Tensor1D,
      Tensor1D,
      Tensor1D,
    ];
    const on = operands(plan, block, { queries: queryIndex, keys: keyIndex }, items(q), items(k), items(v), prefix);
    const dOut = takeRows(output, outputIndex);
    const scoresGradient = (weights: Tensor3D, dOutput: Tensor3D, of: Tensor) =>
      tf.mul(weights, tf.matMul(dOutput, withColumn(of, 1), false, true)) as Tensor3D;
    const dOwn = scoresGradient(on.asOwn(onOwn), on.asOwn(dOut), on.values);
    const shared = on.prefix && {
      weights: on.asShared(onPrefix),
      dScores: scoresGradient(on.asShared(onPrefix), on.asShared(dOut), on.prefix.values),
      keys: on.prefix.keys,
    };
    const toPrompts = (t: Tensor, like: Tensor) =>
      tf.unsortedSegmentSum(
        tf.reshape(t, [block.chunkPrompts.length, ...like.shape.slice(1)] as [number, number]) as Tensor2D,
        tf.tensor1d(block.chunkPrompts, 'int32'),
        like.shape[0] as number,
      );
    return {
      queries: combine(shared && tf.matMul(shared.dScores, shared.keys), tf.matMul(dOwn, on.keys), headSize),
      keys: items(tf.matMul(dOwn, on.asOwn(on.queries), true, false)),
      values: items(withoutColumn(tf.matMul(on.asOwn(onOwn), on.asOwn(dOut), true, false))),
      prefix:
        shared && prefix
          ? [
              toPrompts(tf.matMul(shared.dScores, on.asShared(on.queries), true, false), prefix.keys),
              toPrompts(withoutColumn(tf.matMul(shared.weights, on.asShared(dOut), true, false)), prefix.values),
            ]
          : [],
    };
  });
  const collect = (of: Tensor[], places: Tensor1D, like: Tensor) =>
    tf.reshape(takeRows(of.length === 1 ? (of[0] as Tensor) : tf.concat(of, 0), places), like.shape);
  return [
    collect(
      parts.map((part) => part.queries),
      queryPlaces,
      q,
    ),
    collect(
      parts.map((part) => part.keys),
      keyPlaces,
      k,
    ),
    collect(
      parts.map((part) => part.values),
      keyPlaces,
      v,
    ),
    ...(prefix ? [0, 1].map((which) => sumInOrder(parts.map((part) => part.prefix[which] as Tensor))) : []),
  ];
}
