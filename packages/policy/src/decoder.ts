/** The pieces of the decoder (architectures.ts says which) over flat token rows: its two ends and the two halves of a layer, around attention. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { addRows, frozenProduct, normalizeRows, type Rotary, rotate, swiGlu } from './decoder-ops.ts';
import { adaptedProduct, type LowRank } from './low-rank.ts';
import type { ModelConfig } from './model-config.ts';
import { embeddingName, finalNormName, headName } from './model-weights.ts';
import type { RotaryTables } from './rotary-tables.ts';
import { tensorflow, tidy } from './tensorflow.ts';

export interface Model {
  config: ModelConfig;
  /** In float32; a cast, which the caller's scope frees, of one that is held in half precision. */
  weight(name: string): Tensor;
  /** Whether it is held in half precision; it gets no gradient then. */
  isHalf(name: string): boolean;
  /** Rows of a weight at so many indices. */
  rows(name: string, indices: Int32Array): Tensor;
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
  const key = `${name}.weight`;
  const weight = () => (norm ? model.foldedWeight(key, norm) : model.weight(key)) as Tensor2D;
  const lowRank = model.lowRank(name);
  // What is folded is freed after the product, unless a gradient needs it.
  const plain = () =>
    model.isHalf(key) ? frozenProduct(x, weight) : tidy(() => tf.matMul(x, weight(), false, true) as Tensor2D);
  const y = lowRank ? adaptedProduct(x, weight, lowRank, norm ? model.weight(norm) : undefined) : plain();
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
  return model.rows(embeddingName, ids) as Tensor2D;
}

/** Rows ready for the head: final RMSNorm with its weight. */
export function finalRows(model: Model, x: Tensor2D): Tensor2D {
  return tensorflow().mul(normalizeRows(x, model.config.rmsNormEpsilon), model.weight(finalNormName));
}

export function headWeight(model: Model): Tensor2D {
  return model.weight(headName(model.config)) as Tensor2D;
}
