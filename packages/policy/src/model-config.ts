/** Reads the Hugging Face config.json of the model families the policy implements: llama and qwen2. */
import { UserError } from '@queryloop/contracts';
import type { FloatFormat } from './rounding.ts';

export interface ModelConfig {
  modelType: 'llama' | 'qwen2';
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  feedForwardSize: number;
  rmsNormEpsilon: number;
  ropeTheta: number;
  /**
   * Number format the rotary frequencies are rounded to: that of the checkpoint. Casting a transformers model casts its
   * frequencies too, and they stay rounded when it computes in float32 again. Kept in saved folders, whose weights are float32.
   */
  ropeFormat: FloatFormat;
  /** Biases on the q, k and v projections. */
  queryKeyValueBias: boolean;
  /** Bias on the attention's output projection. */
  attentionOutputBias: boolean;
  tiedEmbeddings: boolean;
  vocabularySize: number;
  maxPositions: number;
  bosId: number | null;
  eosIds: number[];
  padId: number | null;
  /** The JSON this was read from; saved again with the weights. */
  json: Record<string, unknown>;
}

const architectures = { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM' } as const;

/** Name of the transformers class that loads a model of this type. */
export function architectureOf(config: ModelConfig): string {
  return architectures[config.modelType];
}

/** Parses config.json. Throws UserError naming the field for a model this code would compute wrongly. `file` names it in errors. */
export function parseModelConfig(json: Record<string, unknown>, file = 'config.json'): ModelConfig {
  const refuse = (field: string, value: unknown, hint: string): never => {
    throw new UserError({ message: `${file}: ${field} ${JSON.stringify(value)} is not supported`, field, hint });
  };
  const positive = (value: unknown, field: string, integer: boolean): number => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || (integer && !Number.isInteger(value)))
      throw new UserError({
        message: `${file}: ${field} is ${JSON.stringify(value) ?? 'missing'}; expected a positive ${integer ? 'integer' : 'number'}`,
        field,
        hint: 'use the config.json that belongs to the weights',
      });
    return value;
  };
  const size = (field: string, fallback?: number): number => positive(json[field] ?? fallback, field, true);

  const modelType = json.model_type;
  if (modelType !== 'llama' && modelType !== 'qwen2')
    return refuse('model_type', modelType ?? null, 'use a llama or qwen2 model');
  const rope = { ...record(json.rope_scaling), ...record(json.rope_parameters) };
  const ropeType = rope.rope_type ?? rope.type ?? 'default';
  if (ropeType !== 'default') refuse('rope_type', ropeType, 'use a model with default rotary positions');
  const activation = json.hidden_act ?? 'silu';
  if (activation !== 'silu') refuse('hidden_act', activation, 'use a model with SwiGLU (silu) layers');
  if (json.mlp_bias === true) refuse('mlp_bias', true, 'use a model without biases in its feed-forward layers');
  if (json.use_sliding_window === true) refuse('use_sliding_window', true, 'use a model with full attention');

  const heads = size('num_attention_heads');
  const keyValueHeads = size('num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0)
    refuse('num_key_value_heads', keyValueHeads, `it must divide num_attention_heads (${heads})`);
  const hiddenSize = size('hidden_size');
  const headSize = size('head_dim', hiddenSize / heads);
  if (headSize % 2 !== 0) refuse('head_dim', headSize, 'rotary positions need an even head size');
  return {
    modelType,
    hiddenSize,
    layers: size('num_hidden_layers'),
    heads,
    keyValueHeads,
    headSize,
    feedForwardSize: size('intermediate_size'),
    rmsNormEpsilon: positive(json.rms_norm_eps ?? 1e-6, 'rms_norm_eps', false),
    ropeTheta: positive(rope.rope_theta ?? json.rope_theta ?? 10_000, 'rope_theta', false),
    ropeFormat: floatFormat(json.rope_frequency_dtype ?? json.dtype ?? json.torch_dtype),
    queryKeyValueBias: modelType === 'qwen2' || json.attention_bias === true,
    attentionOutputBias: modelType === 'llama' && json.attention_bias === true,
    tiedEmbeddings: json.tie_word_embeddings === true,
    vocabularySize: size('vocab_size'),
    maxPositions: size('max_position_embeddings', 2048),
    bosId: tokenIds(json.bos_token_id)[0] ?? null,
    eosIds: tokenIds(json.eos_token_id),
    padId: tokenIds(json.pad_token_id)[0] ?? null,
    json,
  };
}

/** A token id field of config.json: absent, null, one id or a list. */
export function tokenIds(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id): id is number => Number.isInteger(id));
}

function floatFormat(dtype: unknown): FloatFormat {
  return dtype === 'bfloat16' || dtype === 'float16' ? dtype : 'float32';
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
