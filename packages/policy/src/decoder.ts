/** The decoder (architectures.ts says which) over flat token rows: prompts become keys and values, completions attend to them and to themselves. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { planAttention } from './attention-plan.ts';
import { attendInTiles, isTiled } from './causal-attention.ts';
import { addRows, normalizeRows, pickRows, placement, type Rotary, rotate, spreadRows, swiGlu } from './decoder-ops.ts';
import { attend, type KeyValues } from './group-attention.ts';
import type { CompletionRows, PromptPart, PromptRows } from './group-batch.ts';
import { adaptedProduct, type LowRank } from './low-rank.ts';
import type { ModelConfig } from './model-config.ts';
import type { RotaryTables } from './rotary-tables.ts';
import { tensorflow, tidy } from './tensorflow.ts';

export interface Model {
  config: ModelConfig;
  weight(name: string): Tensor;
  /** A projection's weight with that of the RMSNorm before it folded in. */
  foldedWeight(name: string, norm: string): Tensor;
  /** What the adapter in use adds to a projection; null for none. */
  lowRank(projection: string): LowRank | null;
  rotary: RotaryTables;
}

export interface Projections {
  queries: Tensor2D;
  keys: Tensor2D;
  values: Tensor2D;
}

/** Product with a Hugging Face weight [out, in], after the RMSNorm whose weight is folded in, plus its bias if it has one. */
function project(model: Model, x: Tensor2D, name: string, norm?: string): Tensor2D {
  const tf = tensorflow();
  const weight = norm ? model.foldedWeight(`${name}.weight`, norm) : model.weight(`${name}.weight`);
  const lowRank = model.lowRank(name);
  const y = lowRank
    ? adaptedProduct(x, weight as Tensor2D, lowRank, norm ? model.weight(norm) : undefined)
    : (tf.matMul(x, weight as Tensor2D, false, true) as Tensor2D);
  const hasBias = model.config.biases.has(name.slice(name.lastIndexOf('.') + 1));
  return hasBias ? tf.add(y, model.weight(`${name}.bias`)) : y;
}

/** RMSNorm of each head of [R, heads · headSize], where the architecture has it (Qwen3). */
function normalizeHeads(model: Model, x: Tensor2D, name: string): Tensor2D {
  const tf = tensorflow();
  const { headNorms, headSize, rmsNormEpsilon } = model.config;
  if (!headNorms) return x;
  const heads = normalizeRows(tf.reshape(x, [-1, headSize]), rmsNormEpsilon);
  return tf.reshape(tf.mul(heads, model.weight(`${name}.weight`)), x.shape);
}

/** Rotated queries (scaled by 1/√headSize) and keys, and values, of rows [R, hidden]. */
export function projectAttention(
  model: Model,
  layer: number,
  x: Tensor2D,
  queryRotary: Rotary | null,
  keyRotary: Rotary,
): Projections {
  const prefix = `model.layers.${layer}`;
  const norm = `${prefix}.input_layernorm.weight`;
  const normalized = normalizeRows(x, model.config.rmsNormEpsilon);
  const of = (which: string) => project(model, normalized, `${prefix}.self_attn.${which}_proj`, norm);
  const turned = (which: string, rotary: Rotary) =>
    rotate(normalizeHeads(model, of(which), `${prefix}.self_attn.${which}_norm`), rotary);
  const keys = turned('k', keyRotary);
  return { queries: queryRotary ? turned('q', queryRotary) : keys, keys, values: of('v') };
}

/** The rest of a layer: output projection of attention [R, heads · headSize] and the feed-forward block, both added to x. */
export function finishLayer(model: Model, layer: number, x: Tensor2D, attended: Tensor2D): Tensor2D {
  const prefix = `model.layers.${layer}`;
  const norm = `${prefix}.post_attention_layernorm.weight`;
  const middle = addRows(x, project(model, attended, `${prefix}.self_attn.o_proj`));
  const normalized = normalizeRows(middle, model.config.rmsNormEpsilon);
  const gate = project(model, normalized, `${prefix}.mlp.gate_proj`, norm);
  const up = project(model, normalized, `${prefix}.mlp.up_proj`, norm);
  return addRows(middle, project(model, swiGlu(gate, up), `${prefix}.mlp.down_proj`));
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

/** Keys and values of every layer for prompts without their last token; empty when no prompt is longer than one token. */
export function promptKeyValues(model: Model, { common, own, width }: PromptRows): KeyValues[] {
  const tf = tensorflow();
  if (width === 0) return [];
  if (common === null) return partKeyValues(model, own, [], []);
  const shared = partKeyValues(model, common, [], []);
  const sequences = own.block.slots;
  const ofEach = (t: Tensor) => tf.tile(t as Tensor4D, [sequences, 1, 1, 1]);
  if (own.ids.length === 0) return shared.map(({ keys, values }) => ({ keys: ofEach(keys), values: ofEach(values) }));
  return partKeyValues(model, own, shared, [common.block.width]).map(({ keys, values }, layer) => {
    const before = shared[layer] as KeyValues;
    return tidy(() => ({
      keys: tf.concat([ofEach(before.keys), keys], 2),
      values: tf.concat([ofEach(before.values), values], 2),
    }));
  });
}

/** Keys and values [sequences, K, W, headSize] of every layer for a part of the prompts behind the part before it. */
function partKeyValues(
  model: Model,
  { ids, positions, spans, block }: PromptPart,
  before: readonly KeyValues[],
  lengthsBefore: readonly number[],
): KeyValues[] {
  const tf = tensorflow();
  const { layers, keyValueHeads, headSize } = model.config;
  const rows = ids.length;
  const plan = planAttention(model.config, [block], rows, lengthsBefore);
  const places = placement(block.blockRows, rows);
  const { queryRotary, keyRotary } = model.rotary.at(positions, spans);
  const byHead = (t: Tensor2D) =>
    tf.transpose(tf.reshape(spreadRows(t, places), [-1, block.width, keyValueHeads, headSize]), [0, 2, 1, 3]);
  const result: KeyValues[] = [];
  let x = embedIds(model, ids);
  for (let layer = 0; layer < layers; layer++) {
    // What a layer needs on the way goes with it: prompts are many, and only a tape of gradients holds on to more.
    const made = tidy(() => {
      // The last layer's rows feed nothing but its keys and values.
      const last = layer === layers - 1;
      const { queries, keys, values } = projectAttention(model, layer, x, last ? null : queryRotary, keyRotary);
      const shown: KeyValues = { keys: byHead(keys), values: byHead(values) };
      if (last) return { shown, next: x };
      const prefix = before[layer];
      const attended =
        prefix === undefined && isTiled(plan, model.config.windows[layer])
          ? attendInTiles(plan, queries, keys, values)
          : attend(plan, layer, queries, keys, values, prefix ?? null);
      return { shown, next: finishLayer(model, layer, x, attended) };
    });
    result.push(made.shown);
    x = made.next;
  }
  return result;
}

/** Hidden rows [R, hidden] of completions after the last layer, before the final norm. */
export function completionHidden(
  model: Model,
  prompts: PromptRows,
  { ids, positions, spans, blocks }: CompletionRows,
): Tensor2D {
  const prefix = promptKeyValues(model, prompts);
  const plan = planAttention(model.config, blocks, ids.length, prompts.lengths);
  const { queryRotary, keyRotary } = model.rotary.at(positions, spans);
  let x = embedIds(model, ids);
  for (let layer = 0; layer < model.config.layers; layer++) {
    const { queries, keys, values } = projectAttention(model, layer, x, queryRotary, keyRotary);
    x = finishLayer(model, layer, x, attend(plan, layer, queries, keys, values, prefix[layer] ?? null));
  }
  return x;
}
