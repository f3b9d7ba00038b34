/** Index tables and masks of attention over padded blocks: which head vector stands where, and what it may see. */
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { AttentionRows } from './group-batch.ts';
import type { ModelConfig } from './model-config.ts';
import { tensorflow } from './tensorflow.ts';

/** Added to the score of a key that must not be seen. */
export const hiddenScore = -1e9;

/** One padded block: C chunks of S sequences of W rows; query head h = k · repeats + r (arXiv 2305.13245). */
export interface Block {
  chunkPrompts: Int32Array;
  slots: number;
  width: number;
  /** Head vectors in [C, K, S, repeats, W] order among the [R · heads] ones; any at pads. */
  queries: Tensor1D;
  /** The same with R · heads, the index of an appended row of zeros, at pads. */
  queriesOrZero: Tensor1D;
  /** Head vectors in [C, K, S, W] order among the [R · K] ones; any at pads, which nothing sees. */
  keys: Tensor1D;
  /** Added to the scores of own tokens: hides those after the query [1, repeats · W, W]. */
  causal: Tensor3D;
  /** Score of each prompt key [C, 1, Tp]: hides what pads shorter prompts. Null when nothing does. */
  prefixPads: Tensor3D | null;
  /** Additive masks [C · K · S · repeats · W, Tp + W] by sliding window, of those that hide something. */
  masks: ReadonlyMap<number, Tensor2D>;
}

/** The mask that stands for `causal` and `prefixPads` in layers of that window; undefined where it would hide no more than they. */
export function windowMask(block: Block, window: number | null | undefined): Tensor2D | undefined {
  return block.masks.get(window ?? Number.POSITIVE_INFINITY);
}

export interface AttentionPlan {
  config: ModelConfig;
  rows: number;
  blocks: Block[];
  /** Place of each of the [R · heads] and [R · K] head vectors among those of all blocks. */
  queryPlaces: Tensor1D;
  keyPlaces: Tensor1D;
}

/** Index tables and masks of a batch's blocks, made once for all layers. `prefixLengths` [P] are those of the shared prompts. */
export function planAttention(
  config: ModelConfig,
  layout: readonly AttentionRows[],
  rows: number,
  prefixLengths: readonly number[],
): AttentionPlan {
  const tf = tensorflow();
  const { heads, keyValueHeads } = config;
  const repeats = heads / keyValueHeads;
  const queryPlaces = new Int32Array(rows * heads);
  const keyPlaces = new Int32Array(rows * keyValueHeads);
  let queryStart = 0;
  let keyStart = 0;
  const blocks = layout.map(({ blockRows, chunkPrompts, slots, width }): Block => {
    const queryItems = headItems(blockRows, [chunkPrompts.length, slots, width], keyValueHeads, repeats);
    const keyItems = headItems(blockRows, [chunkPrompts.length, slots, width], keyValueHeads, 1);
    queryStart = recordPlaces(queryItems, queryPlaces, queryStart);
    keyStart = recordPlaces(keyItems, keyPlaces, keyStart);
    const index = (items: Int32Array, pad: number) =>
      tf.tensor1d(
        items.map((item) => (item < 0 ? pad : item)),
        'int32',
      );
    return {
      chunkPrompts,
      slots,
      width,
      queries: index(queryItems, 0),
      queriesOrZero: index(queryItems, rows * heads),
      keys: index(keyItems, 0),
      causal: causalMask(width, repeats),
      prefixPads: padsOf(chunkPrompts, prefixLengths),
      masks: blockMasks(
        { chunkPrompts, width, prefixLengths, copies: keyValueHeads * slots * repeats },
        config.windows,
      ),
    };
  });
  return {
    config,
    rows,
    blocks,
    queryPlaces: tf.tensor1d(queryPlaces, 'int32'),
    keyPlaces: tf.tensor1d(keyPlaces, 'int32'),
  };
}

/** Head vector at each place of a block [C, K, S, copies, W], for rows indexed by [C, S, W]; −1 at pads. */
function headItems(
  blockRows: Int32Array,
  [chunks, slots, width]: [number, number, number],
  keyValueHeads: number,
  copies: number,
): Int32Array {
  const items = new Int32Array(blockRows.length * keyValueHeads * copies);
  let place = 0;
  for (let chunk = 0; chunk < chunks; chunk++)
    for (let head = 0; head < keyValueHeads; head++)
      for (let slot = 0; slot < slots; slot++)
        for (let copy = 0; copy < copies; copy++)
          for (let t = 0; t < width; t++) {
            const row = blockRows[(chunk * slots + slot) * width + t] as number;
            items[place++] = row < 0 ? -1 : (row * keyValueHeads + head) * copies + copy;
          }
  return items;
}

function recordPlaces(items: Int32Array, places: Int32Array, start: number): number {
  items.forEach((item, place) => {
    if (item >= 0) places[item] = start + place;
  });
  return start + items.length;
}

interface Masked {
  chunkPrompts: Int32Array;
  width: number;
  prefixLengths: readonly number[];
  /** Rows of the block for each query of a chunk. */
  copies: number;
}

/** Hides the tokens after each query [1, copies · width, width]. */
export function causalMask(width: number, copies: number): Tensor3D {
  const values = new Float32Array(width * width);
  for (let query = 0; query < width; query++) values.fill(hiddenScore, query * width + query + 1, (query + 1) * width);
  const tf = tensorflow();
  return tf.tile(tf.tensor3d(values, [1, width, width]), [1, copies, 1]);
}

function padsOf(chunkPrompts: Int32Array, prefixLengths: readonly number[]): Tensor3D | null {
  const width = Math.max(0, ...prefixLengths);
  const lengths = Array.from(chunkPrompts, (prompt) => prefixLengths[prompt] ?? 0);
  if (lengths.every((length) => length === width)) return null;
  const values = new Float32Array(lengths.length * width);
  lengths.forEach((length, chunk) => {
    values.fill(hiddenScore, chunk * width + length, (chunk + 1) * width);
  });
  return tensorflow().tensor3d(values, [lengths.length, 1, width]);
}

/** One mask for each window among the layers' that is shorter than the longest sequence. */
function blockMasks(masked: Masked, windows: readonly (number | null)[]): Map<number, Tensor2D> {
  const prefixes = Array.from(masked.chunkPrompts, (prompt) => masked.prefixLengths[prompt] ?? 0);
  const longest = Math.max(0, ...prefixes) + masked.width;
  const masks = new Map<number, Tensor2D>();
  for (const window of new Set(windows))
    if (window !== null && window < longest) masks.set(window, blockMask(masked, window));
  return masks;
}

/** 0 on the chunk's prompt and on own tokens up to the query, of those the last `window`; else `hiddenScore`. */
function blockMask({ chunkPrompts, width, prefixLengths, copies }: Masked, window: number): Tensor2D {
  const tf = tensorflow();
  const prefixWidth = Math.max(0, ...prefixLengths);
  const total = prefixWidth + width;
  const values = new Float32Array(chunkPrompts.length * width * total);
  chunkPrompts.forEach((prompt, chunk) => {
    const prefix = prefixLengths[prompt] ?? 0;
    for (let query = 0; query < width; query++) {
      const start = (chunk * width + query) * total;
      values.fill(hiddenScore, start + prefix, start + prefixWidth);
      values.fill(hiddenScore, start + prefixWidth + query + 1, start + total);
      // The query stands at position prefix + query; the first it sees is window − 1 before it.
      const first = prefix + query + 1 - window;
      if (first > 0) values.fill(hiddenScore, start, start + Math.min(prefix, first));
      if (first > prefix) values.fill(hiddenScore, start + prefixWidth, start + prefixWidth + first - prefix);
    }
  });
  return tf.reshape(tf.tile(tf.tensor4d(values, [chunkPrompts.length, 1, width, total]), [1, copies, 1, 1]), [
    -1,
    total,
  ]);
}
