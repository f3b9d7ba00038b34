/** Attention of token rows to a shared prefix and, causally, to their own sequence, over padded blocks, with its gradient by hand. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { type AttentionPlan, type Block, maskOf } from './attention-plan.ts';
import { ofChunks } from './chunks.ts';
import { withGradient } from './decoder-ops.ts';
import { takeRows } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

/** Prompt keys and values of one layer [P, K, Tp, headSize]. */
export interface KeyValues {
  keys: Tensor;
  values: Tensor;
}

/** One block's operands, gathered from flat head vectors: `shared` views see a chunk's sequences together, `own` apart. */
function operands(
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

/** Columns of a block matrix [·, Tp + W] that belong to the prefix and to own tokens. */
function splitColumns(t: Tensor2D, width: number): [Tensor | null, Tensor] {
  const tf = tensorflow();
  if (t.shape[1] === width) return [null, t];
  return tf.split(t, [t.shape[1] - width, width], 1) as [Tensor, Tensor];
}

function joinColumns(onPrefix: Tensor | null, onOwn: Tensor, width: number): Tensor2D {
  const tf = tensorflow();
  const own = tf.reshape(onOwn, [-1, width]) as Tensor2D;
  if (!onPrefix) return own;
  return tf.concat([tf.reshape(onPrefix, [-1, onPrefix.shape[2] as number]) as Tensor2D, own], 1);
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
      const prefixScores = on.prefix && tf.matMul(on.asShared(on.queries), on.prefix.keys, false, true);
      const weights = tf.softmax(
        tf.add(joinColumns(prefixScores, ownScores, block.width), maskOf(block, windows[layer])) as Tensor2D,
      );
      const [onPrefix, onOwn] = splitColumns(weights, block.width);
      const fromPrefix = on.prefix && onPrefix && tf.matMul(on.asShared(onPrefix), on.prefix.values);
      outputs.push(combine(fromPrefix, tf.matMul(on.asOwn(onOwn), on.values), headSize));
      kept.push(weights, block.queries, block.keys, block.queriesOrZero);
    }
    save([...inputs, plan.queryPlaces, plan.keyPlaces, ...kept]);
    return {
      value: tf.reshape(takeRows(join(outputs), plan.queryPlaces), queries.shape),
      gradient: (dy, saved) => attendGradient(plan, dy, saved, prefix !== null),
    };
  }) as Tensor2D;
}

function attendGradient(plan: AttentionPlan, dy: Tensor, saved: Tensor[], hasPrefix: boolean): Tensor[] {
  const tf = tensorflow();
  const { headSize } = plan.config;
  const [q, k, v] = saved as [Tensor, Tensor, Tensor];
  const prefix = hasPrefix ? { keys: saved[3] as Tensor, values: saved[4] as Tensor } : null;
  const first = hasPrefix ? 5 : 3;
  const [queryPlaces, keyPlaces] = saved.slice(first, first + 2) as [Tensor1D, Tensor1D];
  const items = (t: Tensor) => tf.reshape(t, [-1, headSize]);
  // Pads get a zero gradient, so that what stands in them reaches no key or value.
  const output = tf.concat([items(dy), tf.zeros([1, headSize])], 0);
  const parts = plan.blocks.map((block, b) => {
    const at = first + 2 + 4 * b;
    const [weights, queryIndex, keyIndex, outputIndex] = saved.slice(at, at + 4) as [
      Tensor2D,
      Tensor1D,
      Tensor1D,
      Tensor1D,
    ];
    const on = operands(plan, block, { queries: queryIndex, keys: keyIndex }, items(q), items(k), items(v), prefix);
    const dOut = takeRows(output, outputIndex);
    const [onPrefix, onOwn] = splitColumns(weights, block.width);
    const dWeights = joinColumns(
      on.prefix && tf.matMul(on.asShared(dOut), on.prefix.values, false, true),
      tf.matMul(on.asOwn(dOut), on.values, false, true),
      block.width,
    );
    const weighted = tf.mul(weights, dWeights);
    const dScores = tf.sub(weighted, tf.mul(weights, tf.sum(weighted, 1, true))) as Tensor2D;
    const [dPrefixScores, dOwnScores] = splitColumns(dScores, block.width);
    const shared =
      on.prefix && onPrefix && dPrefixScores
        ? { weights: on.asShared(onPrefix), dScores: on.asShared(dPrefixScores), keys: on.prefix.keys }
        : null;
    const ownScores = on.asOwn(dOwnScores);
    const toPrompts = (t: Tensor, like: Tensor) =>
      tf.unsortedSegmentSum(
        tf.reshape(t, [block.chunkPrompts.length, ...like.shape.slice(1)] as [number, number]) as Tensor2D,
        tf.tensor1d(block.chunkPrompts, 'int32'),
        like.shape[0] as number,
      );
    return {
      queries: combine(shared && tf.matMul(shared.dScores, shared.keys), tf.matMul(ownScores, on.keys), headSize),
      keys: items(tf.matMul(ownScores, on.asOwn(on.queries), true, false)),
      values: items(tf.matMul(on.asOwn(onOwn), on.asOwn(dOut), true, false)),
      prefix:
        shared && prefix
          ? [
              toPrompts(tf.matMul(shared.dScores, on.asShared(on.queries), true, false), prefix.keys),
              toPrompts(tf.matMul(shared.weights, on.asShared(dOut), true, false), prefix.values),
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
    ...(prefix ? [0, 1].map((which) => tf.addN(parts.map((part) => part.prefix[which] as Tensor))) : []),
  ];
}
