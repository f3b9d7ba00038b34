/** The Llama/Qwen2 decoder over flat token rows: prompts become keys and values, completions attend to them and to themselves. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { collectRows, normalizeRows, type Placement, pickRows, placement, type Rotary, rotate, spreadRows, swiGlu } from './decoder-ops.ts';
import type { CompletionRows, PromptRows } from './group-batch.ts';
import type { ModelConfig } from './model-config.ts';
import type { RotaryTables } from './rotary-tables.ts';
import { tensorflow } from './tensorflow.ts';

/** Added to the score of a key that must not be seen. */
export const hidden = -1e9;

export interface Model {
  config: ModelConfig;
  weight(name: string): Tensor;
  rotary: RotaryTables;
}

/** Keys and values of one layer, [P, key/value heads, Tp, headSize]. */
export interface KeyValues {
  keys: Tensor4D;
  values: Tensor4D;
}

export interface Projections {
  queries: Tensor2D;
  keys: Tensor2D;
  values: Tensor2D;
}

/** Product with a Hugging Face weight [out, in], after the RMSNorm whose weight is folded in, plus its bias if it has one. */
function project(model: Model, x: Tensor2D, name: string, norm?: string): Tensor2D {
  const tf = tensorflow();
  const weight = model.weight(`${name}.weight`);
  const folded = norm ? tf.mul(weight, model.weight(norm)) : weight;
  const y = tf.matMul(x, folded as Tensor2D, false, true) as Tensor2D;
  const hasBias = name.endsWith('o_proj') ? model.config.attentionOutputBias : model.config.queryKeyValueBias && name.includes('self_attn');
  return hasBias ? tf.add(y, model.weight(`${name}.bias`)) : y;
}

/** Rotated queries (scaled by 1/√headSize) and keys, and values, of rows [R, hidden]. */
export function projectAttention(model: Model, layer: number, x: Tensor2D, queryRotary: Rotary | null, keyRotary: Rotary): Projections {
  const prefix = `model.layers.${layer}`;
  const norm = `${prefix}.input_layernorm.weight`;
  const normalized = normalizeRows(x, model.config.rmsNormEpsilon);
  const of = (which: string) => project(model, normalized, `${prefix}.self_attn.${which}`, norm);
  const keys = rotate(of('k_proj'), keyRotary);
  return { queries: queryRotary ? rotate(of('q_proj'), queryRotary) : keys, keys, values: of('v_proj') };
}

/** The rest of a layer: output projection of attention [R, heads · headSize] and the feed-forward block, both added to x. */
export function finishLayer(model: Model, layer: number, x: Tensor2D, attended: Tensor2D): Tensor2D {
  const tf = tensorflow();
  const prefix = `model.layers.${layer}`;
  const norm = `${prefix}.post_attention_layernorm.weight`;
  const middle = tf.add(x, project(model, attended, `${prefix}.self_attn.o_proj`)) as Tensor2D;
  const normalized = normalizeRows(middle, model.config.rmsNormEpsilon);
  const gate = project(model, normalized, `${prefix}.mlp.gate_proj`, norm);
  const up = project(model, normalized, `${prefix}.mlp.up_proj`, norm);
  return tf.add(middle, project(model, swiGlu(gate, up), `${prefix}.mlp.down_proj`));
}

export function embedIds(model: Model, ids: Int32Array): Tensor2D {
  return pickRows(model.weight('model.embed_tokens.weight'), ids) as Tensor2D;
}

/** Rows ready for the head: final RMSNorm with its weight. */
export function finalRows(model: Model, x: Tensor2D): Tensor2D {
  return tensorflow().mul(normalizeRows(x, model.config.rmsNormEpsilon), model.weight('model.norm.weight'));
}

export function headWeight(model: Model): Tensor2D {
  return model.weight(model.config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight') as Tensor2D;
}

/**
 * Places of head vectors in attention blocks [A, keyValueHeads, B, repeats, T, headSize], for rows indexed by [A, B, T] in
 * `blockRows` (−1 is a pad). Query head h = k · repeats + r, as grouped-query attention (arXiv 2305.13245) numbers them.
 */
function headPlacement(blockRows: Int32Array, [blocks, slots, width]: [number, number, number], rows: number, keyValueHeads: number, repeats: number): Placement {
  const rowAt = new Int32Array(blockRows.length * keyValueHeads * repeats);
  let place = 0;
  for (let a = 0; a < blocks; a++)
    for (let k = 0; k < keyValueHeads; k++)
      for (let b = 0; b < slots; b++)
        for (let r = 0; r < repeats; r++)
          for (let t = 0; t < width; t++) {
            const row = blockRows[(a * slots + b) * width + t] as number;
            rowAt[place++] = row < 0 ? -1 : (row * keyValueHeads + k) * repeats + r;
          }
  return placement(rowAt, rows * keyValueHeads * repeats);
}

/** Keys and values of every layer for prompts without their last token; empty when no prompt is longer than one token. */
export function promptKeyValues(model: Model, prompts: PromptRows): KeyValues[] {
  const tf = tensorflow();
  const { config } = model;
  const { layers, heads, keyValueHeads, headSize } = config;
  const width = prompts.width;
  if (width === 0) return [];
  const count = prompts.lengths.length;
  const rows = prompts.ids.length;
  const repeats = heads / keyValueHeads;
  const shape: [number, number, number] = [count, 1, width];
  const queryPlaces = headPlacement(prompts.blockRows, shape, rows, keyValueHeads, repeats);
  const keyPlaces = repeats === 1 ? queryPlaces : headPlacement(prompts.blockRows, shape, rows, keyValueHeads, 1);
  const { queryRotary, keyRotary } = model.rotary.at(prompts.positions);
  const mask = causalMask(width);
  const result: KeyValues[] = [];
  let x = embedIds(model, prompts.ids);
  for (let layer = 0; layer < layers; layer++) {
    // The last layer's rows feed nothing but its keys and values.
    const last = layer === layers - 1;
    const projected = projectAttention(model, layer, x, last ? null : queryRotary, keyRotary);
    const place = (t: Tensor2D, places: Placement) => spreadRows(tf.reshape(t, [-1, headSize]), places);
    const keys = tf.reshape(place(projected.keys, keyPlaces), [count, keyValueHeads, width, headSize]) as Tensor4D;
    const values = tf.reshape(place(projected.values, keyPlaces), [count, keyValueHeads, width, headSize]) as Tensor4D;
    result.push({ keys, values });
    if (last) break;
    const queries = tf.reshape(place(projected.queries, queryPlaces), [count, keyValueHeads, repeats * width, headSize]);
    const scores = tf.reshape(tf.matMul(queries, keys, false, true), [-1, width, width]);
    const weights = tf.reshape(tf.softmax(tf.add(scores, mask)), [count, keyValueHeads, repeats * width, width]);
    const attended = collectRows(tf.reshape(tf.matMul(weights, values), [-1, headSize]), queryPlaces);
    x = finishLayer(model, layer, x, tf.reshape(attended, [rows, heads * headSize]));
  }
  return result;
}

/** [1, T, T]: 0 where key ≤ query, else `hidden`. */
function causalMask(width: number): Tensor {
  const values = new Float32Array(width * width);
  for (let query = 0; query < width; query++) for (let key = query + 1; key < width; key++) values[query * width + key] = hidden;
  return tensorflow().tensor3d(values, [1, width, width]);
}

/** [C, Tp]: 0 where the chunk's prompt has a token, else `hidden`. */
export function prefixMask(prompts: PromptRows, chunkPrompts: Int32Array): Float32Array {
  const values = new Float32Array(chunkPrompts.length * prompts.width);
  chunkPrompts.forEach((prompt, chunk) => {
    const length = prompts.lengths[prompt] as number;
    values.fill(hidden, chunk * prompts.width + length, (chunk + 1) * prompts.width);
  });
  return values;
}

/** Keys or values of each chunk's prompt [C, heads, Tp, headSize]; the tensor itself where chunks are the prompts in order. */
export function ofChunks(t: Tensor4D, chunkPrompts: Int32Array): Tensor4D {
  if (chunkPrompts.length === t.shape[0] && chunkPrompts.every((prompt, chunk) => prompt === chunk)) return t;
  return pickRows(t, chunkPrompts) as Tensor4D;
}

/** Hidden rows [R, hidden] of completions after the last layer, before the final norm. */
export function completionHidden(model: Model, prompts: PromptRows, rows: CompletionRows): Tensor2D {
  const tf = tensorflow();
  const { layers, heads, keyValueHeads, headSize } = model.config;
  const prefix = promptKeyValues(model, prompts);
  const chunks = rows.chunkPrompts.length;
  const slots = rows.slots;
  const width = rows.blockRows.length / (chunks * slots);
  const count = rows.ids.length;
  const repeats = heads / keyValueHeads;
  const queryPlaces = headPlacement(rows.blockRows, [chunks, slots, width], count, keyValueHeads, repeats);
  const keyPlaces = repeats === 1 ? queryPlaces : headPlacement(rows.blockRows, [chunks, slots, width], count, keyValueHeads, 1);
  const { queryRotary, keyRotary } = model.rotary.at(rows.positions);
  const mask = completionMask(prompts, rows, width, keyValueHeads * slots * repeats);
  const place = (t: Tensor2D, places: Placement) => spreadRows(tf.reshape(t, [-1, headSize]), places);
  const together = [chunks * keyValueHeads, slots * repeats * width];
  const apart = [chunks * keyValueHeads * slots, repeats * width];

  let x = embedIds(model, rows.ids);
  for (let layer = 0; layer < layers; layer++) {
    const projected = projectAttention(model, layer, x, queryRotary, keyRotary);
    const queries = place(projected.queries, queryPlaces);
    const keys = tf.reshape(place(projected.keys, keyPlaces), [apart[0] as number, width, headSize]);
    const values = tf.reshape(place(projected.values, keyPlaces), [apart[0] as number, width, headSize]);
    const ownScores = tf.reshape(tf.matMul(tf.reshape(queries, [...apart, headSize]), keys, false, true), [-1, width]);
    const shared = prefix[layer];
    let attended: Tensor;
    if (shared) {
      const flat = (t: Tensor4D) => tf.reshape(ofChunks(t, rows.chunkPrompts), [together[0] as number, prompts.width, headSize]);
      const prefixScores = tf.reshape(tf.matMul(tf.reshape(queries, [...together, headSize]), flat(shared.keys), false, true), [-1, prompts.width]);
      const weights = tf.softmax(tf.add(tf.concat([prefixScores, ownScores], 1), mask));
      const [onPrefix, onOwn] = tf.split(weights, [prompts.width, width], 1) as [Tensor2D, Tensor2D];
      attended = tf.add(
        tf.reshape(tf.matMul(tf.reshape(onPrefix, [...together, prompts.width]), flat(shared.values)), [-1, headSize]),
        tf.reshape(tf.matMul(tf.reshape(onOwn, [...apart, width]), values), [-1, headSize]),
      );
    } else {
      const weights = tf.softmax(tf.add(ownScores, mask));
      attended = tf.reshape(tf.matMul(tf.reshape(weights, [...apart, width]), values), [-1, headSize]);
    }
    x = finishLayer(model, layer, x, tf.reshape(collectRows(attended, queryPlaces), [count, heads * headSize]));
  }
  return x;
}

/** Additive mask of every query of the blocks over [prefix ; own]: [C · copies · Tc, Tp + Tc]. */
function completionMask(prompts: PromptRows, rows: CompletionRows, width: number, copies: number): Tensor {
  const tf = tensorflow();
  const chunks = rows.chunkPrompts.length;
  const total = prompts.width + width;
  const prefix = prefixMask(prompts, rows.chunkPrompts);
  const values = new Float32Array(chunks * width * total);
  for (let chunk = 0; chunk < chunks; chunk++)
    for (let query = 0; query < width; query++) {
      const start = (chunk * width + query) * total;
      values.set(prefix.subarray(chunk * prompts.width, (chunk + 1) * prompts.width), start);
      values.fill(hidden, start + prompts.width + query + 1, start + total);
    }
  return tf.reshape(tf.tile(tf.tensor4d(values, [chunks, 1, width, total]), [1, copies, 1, 1]), [-1, total]);
}

