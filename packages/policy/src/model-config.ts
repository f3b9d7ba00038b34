/** Reads the Hugging Face config.json of the architectures the policy computes (architectures.ts). */
import { type Architecture, architectures, isModelType, type ModelType } from './architectures.ts';
import { ConfigFields } from './config-fields.ts';
import { contextLength, parseRope, type Rope } from './rope.ts';
import type { FloatFormat } from './rounding.ts';

export interface ModelConfig {
  modelType: ModelType;
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  feedForwardSize: number;
  rmsNormEpsilon: number;
  rope: Rope;
  /** Number format the rotary frequencies are rounded to; kept in saved folders, whose weights are float32. See `ropeFormatOf`. */
  ropeFormat: FloatFormat;
  /** Projections with a bias: q_proj, down_proj, …. */
  biases: ReadonlySet<string>;
  /** RMSNorm of each head's queries and keys. */
  headNorms: boolean;
  /** Sliding window of each layer; null sees the whole sequence. */
  windows: readonly (number | null)[];
  tiedEmbeddings: boolean;
  vocabularySize: number;
  /** Context: the longest sequence of prompt and completion, rotary scaling included. */
  maxPositions: number;
  bosId: number | null;
  eosIds: number[];
  padId: number | null;
  /** The JSON this was read from; saved again with the weights. */
  json: Record<string, unknown>;
}

/** Name of the transformers class that loads a model of this type. */
export function architectureOf(config: ModelConfig): string {
  return architectures[config.modelType].className;
}

/** Far beyond any model that is published; a number that is damaged would fill the memory with names of weights. */
const mostLayers = 1024;

/** Parses config.json. Throws UserError naming the field for a model this code would compute wrongly. `file` names it in errors. */
export function parseModelConfig(json: Record<string, unknown>, file = 'config.json'): ModelConfig {
  const fields = new ConfigFields(json, file);
  const modelType = json.model_type;
  if (!isModelType(modelType))
    return fields.refuse('model_type', modelType ?? null, `supported: ${Object.keys(architectures).join(', ')}`);
  const architecture: Architecture = architectures[modelType];
  if (json.quantization_config != null)
    fields.refuse('quantization_config', json.quantization_config, 'use the weights before quantization');
  const activation = json.hidden_act ?? 'silu';
  if (activation !== 'silu') fields.refuse('hidden_act', activation, 'use a model with SwiGLU (silu) layers');

  const heads = fields.size('num_attention_heads');
  const keyValueHeads = fields.size('num_key_value_heads', keyValueHeadsOf(json, architecture) ?? heads);
  if (heads % keyValueHeads !== 0)
    fields.refuse('num_key_value_heads', keyValueHeads, `it must divide num_attention_heads (${heads})`);
  const hiddenSize = fields.size('hidden_size');
  const headSize = fields.size('head_dim', architecture.defaults.headSize ?? hiddenSize / heads);
  if (headSize % 2 !== 0) fields.refuse('head_dim', headSize, 'rotary positions need an even head size');
  const layers = fields.size('num_hidden_layers');
  if (layers > mostLayers)
    fields.refuse('num_hidden_layers', layers, `there are models of up to ${mostLayers} layers here`);
  const statedPositions = fields.size('max_position_embeddings', architecture.defaults.maxPositions);
  const rope = parseRope(fields, statedPositions);
  return {
    modelType,
    hiddenSize,
    layers,
    heads,
    keyValueHeads,
    headSize,
    feedForwardSize: fields.size('intermediate_size'),
    rmsNormEpsilon: fields.positive('rms_norm_eps', 1e-6),
    rope,
    ropeFormat: ropeFormatOf(json),
    biases: new Set(architecture.biases(json)),
    headNorms: architecture.headNorms,
    windows: architecture.windows(fields, layers),
    tiedEmbeddings: json.tie_word_embeddings === true,
    vocabularySize: fields.size('vocab_size'),
    maxPositions: contextLength(rope, statedPositions),
    bosId: tokenIds(json.bos_token_id)[0] ?? null,
    eosIds: tokenIds(json.eos_token_id === undefined ? architecture.defaults.eosId : json.eos_token_id),
    padId: tokenIds(json.pad_token_id)[0] ?? null,
    json,
  };
}

/** Where the field is left out; null, as in transformers, means as many as heads. */
function keyValueHeadsOf({ num_key_value_heads: stated }: Record<string, unknown>, { defaults }: Architecture) {
  return stated === null ? undefined : defaults.keyValueHeads;
}

/** A token id field of config.json: absent, null, one id or a list; old configs write −1 for none. */
export function tokenIds(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id): id is number => Number.isInteger(id) && id >= 0);
}

/**
 * transformers' from_pretrained keeps the frequencies in float32 whatever the weights are stored in. A model made from a config
 * and cast to a half-precision format has them cast too, and they stay rounded when it computes in float32 again. A config.json does
 * not say which it was: transformers 4 (`torch_dtype`), with which the published checkpoints of these families were written, is
 * taken for the first, `dtype` alone for the second; `rope_frequency_dtype` settles it.
 */
function ropeFormatOf(json: Record<string, unknown>): FloatFormat {
  const dtype = json.rope_frequency_dtype ?? (guessesRopeFormat(json) ? json.dtype : 'float32');
  return dtype === 'bfloat16' || dtype === 'float16' ? dtype : 'float32';
}

/** Whether a config leaves open if its frequencies were rounded to the half precision of the weights. */
export function guessesRopeFormat(json: Record<string, unknown>): boolean {
  const isHalf = json.dtype === 'bfloat16' || json.dtype === 'float16';
  return isHalf && json.torch_dtype === undefined && json.rope_frequency_dtype === undefined;
}
