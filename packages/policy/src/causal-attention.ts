/**
 * Attention of whole sequences to themselves in tiles of queries, each with the keys it can see only: half the work of a masked square,
 * which is most of what a long prompt costs.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { type AttentionPlan, type Block, causalMask, windowMask } from './attention-plan.ts';
import { sumInOrder, withGradient } from './decoder-ops.ts';
import { operands, withColumn, withoutColumn } from './group-attention.ts';
import { takeRows } from './native-ops.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** Queries of a tile. */
const tileWidth = 192;

/** Whether a plan's layers of that window can be computed here: one block of single sequences, worth dividing. */
export function isTiled({ blocks }: AttentionPlan, window: number | null | undefined): boolean {
  const [block] = blocks;
  return (
    blocks.length === 1 && block?.slots === 1 && block.width > tileWidth && windowMask(block, window) === undefined
  );
}

interface Tile {
  start: number;
  end: number;
}

function tilesOf({ width }: Block): Tile[] {
  return Array.from({ length: Math.ceil(width / tileWidth) }, (_, tile) => ({
    start: tile * tileWidth,
    end: Math.min(width, (tile + 1) * tileWidth),
  }));
}

/** As `attend` without a prefix. */
export function attendInTiles(plan: AttentionPlan, queries: Tensor2D, keys: Tensor2D, values: Tensor2D): Tensor2D {
  const tf = tensorflow();
  const block = plan.blocks[0] as Block;
  const items = (t: Tensor) => tf.reshape(t, [-1, plan.config.headSize]);
  return withGradient([queries, keys, values], (save) => {
    const on = operands(plan, block, block, items(queries), items(keys), items(values), null);
    const weights: Tensor[] = [];
    const outputs = tilesOf(block).map((tile) => {
      const scores = tf.matMul(cut(plan, block, on.queries, tile), upTo(on.keys, tile), false, true);
      const seen = tf.add(scores, tileMask(plan, tile));
      const weight = tf.reshape(tf.softmax(tf.reshape(seen, [-1, tile.end])), scores.shape);
      weights.push(weight);
      return tf.matMul(weight, upTo(on.values, tile));
    });
    const value = tf.reshape(takeRows(joined(plan, block, outputs), plan.queryPlaces), queries.shape);
    const { queries: queryIndex, keys: keyIndex, queriesOrZero } = block;
    save([
      queries,
      keys,
      values,
      value,
      plan.queryPlaces,
      plan.keyPlaces,
      queryIndex,
      keyIndex,
      queriesOrZero,
      ...weights,
    ]);
    return { value, gradient: (dy, saved) => tiledGradient(plan, block, dy, saved) };
  }) as Tensor2D;
}

function tiledGradient(plan: AttentionPlan, block: Block, dy: Tensor, saved: Tensor[]): Tensor[] {
  const tf = tensorflow();
  const { headSize } = plan.config;
  const [q, k, v, y] = saved as [Tensor, Tensor, Tensor, Tensor];
  const [queryPlaces, keyPlaces, queryIndex, keyIndex, outputIndex] = saved.slice(4, 9) as [
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
  ];
  const weights = saved.slice(9) as Tensor3D[];
  const items = (t: Tensor) => tf.reshape(t, [-1, headSize]);
  const on = operands(plan, block, { queries: queryIndex, keys: keyIndex }, items(q), items(k), items(v), null);
  // As in group-attention.ts: the gradient of scores comes out of one product.
  const less = tf.neg(tf.sum(tf.mul(items(dy), items(y)), 1, true));
  const output = tf.concat([tf.concat([items(dy), less], 1), tf.zeros([1, headSize + 1])], 0);
  const dOut = takeRows(output, outputIndex);
  const valuesAndOne = withColumn(on.values, 1);
  const parts = tilesOf(block).map((tile, index) =>
    tidy(() => {
      const weight = weights[index] as Tensor3D;
      const dOutput = cut(plan, block, dOut, tile);
      const dScores = tf.mul(weight, tf.matMul(dOutput, upTo(valuesAndOne, tile), false, true)) as Tensor3D;
      const whole = (t: Tensor) =>
        tf.pad(t, [
          [0, 0],
          [0, block.width - tile.end],
          [0, 0],
        ]);
      return {
        queries: tf.matMul(dScores, upTo(on.keys, tile)),
        keys: whole(tf.matMul(dScores, cut(plan, block, on.queries, tile), true, false)),
        values: whole(withoutColumn(tf.matMul(weight, dOutput, true, false))),
      };
    }),
  );
  const sum = (of: 'keys' | 'values') => items(sumInOrder(parts.map((part) => part[of])));
  return [
    tf.reshape(
      takeRows(
        joined(
          plan,
          block,
          parts.map((part) => part.queries),
        ),
        queryPlaces,
      ),
      q.shape,
    ),
    tf.reshape(takeRows(sum('keys'), keyPlaces), k.shape),
    tf.reshape(takeRows(sum('values'), keyPlaces), v.shape),
  ];
}

/** A tile's rows of query items in [C, K, repeats, W] order: [C · K, repeats · tile, columns]. */
function cut(plan: AttentionPlan, block: Block, t: Tensor, { start, end }: Tile): Tensor3D {
  const tf = tensorflow();
  const columns = t.shape.at(-1) as number;
  const { heads, keyValueHeads } = plan.config;
  const sequences = block.chunkPrompts.length * keyValueHeads;
  const grid = tf.reshape(t, [sequences, heads / keyValueHeads, block.width, columns]);
  return tf.reshape(tf.slice(grid, [0, 0, start, 0], [-1, -1, end - start, -1]), [sequences, -1, columns]) as Tensor3D;
}

/** The other way: tiles [C · K, repeats · tile, headSize] to items in [C, K, repeats, W] order. */
function joined({ config }: AttentionPlan, block: Block, tiles: readonly Tensor[]): Tensor2D {
  const tf = tensorflow();
  const { heads, keyValueHeads, headSize } = config;
  const sequences = block.chunkPrompts.length * keyValueHeads;
  const grids = tiles.map((t) => tf.reshape(t, [sequences, heads / keyValueHeads, -1, headSize]));
  return tf.reshape(tf.concat(grids, 2), [-1, headSize]) as Tensor2D;
}

/** Keys or values [C · K, W, columns] up to a tile's end. */
function upTo(t: Tensor, { end }: Tile): Tensor3D {
  return tensorflow().slice(t, [0, 0, 0], [-1, end, -1]) as Tensor3D;
}

/** [1, repeats · tile, end]: hides keys after the query, which are among the last ones. */
function tileMask({ config }: AttentionPlan, { start, end }: Tile): Tensor {
  const mask = causalMask(end - start, config.heads / config.keyValueHeads);
  return tensorflow().pad(mask, [
    [0, 0],
    [0, 0],
    [start, 0],
  ]);
}
