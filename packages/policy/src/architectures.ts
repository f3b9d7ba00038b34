/**
 * The architectures the policy computes, and all that sets them apart: one row each. Fields and their defaults are those of the
 * configuration classes of transformers 5.23.
 */
import type { ConfigFields, Json } from './config-fields.ts';

const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'] as const;
const feedForward = ['gate_proj', 'up_proj', 'down_proj'] as const;
export type Projection = (typeof attention)[number] | (typeof feedForward)[number];

export interface Architecture {
  /** Class of transformers that loads it. */
  className: string;
  /** Projections that add a bias. */
  biases(json: Json): readonly Projection[];
  /** RMSNorm of each head's queries and keys, before their rotation. */
  headNorms: boolean;
  /** Sliding window of each layer: a token sees that many tokens up to itself; null sees all. */
  windows(fields: ConfigFields, layers: number): (number | null)[];
  /** Values of fields that config.json leaves out; without one, heads for keyValueHeads and hidden size / heads for headSize. */
  defaults: { maxPositions: number; keyValueHeads?: number; headSize?: number; eosId?: number };
}

const onBias = (json: Json, projections: readonly Projection[]) => (json.attention_bias === true ? projections : []);
const noWindows = (_: ConfigFields, layers: number) => new Array<null>(layers).fill(null);

export const architectures = {
  // Llama 2 and 3.x, Code Llama, SQLCoder, SmolLM.
  llama: {
    className: 'LlamaForCausalLM',
    biases: (json) => [...onBias(json, attention), ...(json.mlp_bias === true ? feedForward : [])],
    headNorms: false,
    windows: noWindows,
    defaults: { maxPositions: 2048, eosId: 2 },
  },
  // Qwen2, Qwen2.5 and their coders.
  qwen2: {
    className: 'Qwen2ForCausalLM',
    biases: () => ['q_proj', 'k_proj', 'v_proj'],
    headNorms: false,
    windows: upperWindows,
    defaults: { maxPositions: 32_768, keyValueHeads: 32 },
  },
  qwen3: {
    className: 'Qwen3ForCausalLM',
    biases: (json) => onBias(json, attention),
    headNorms: true,
    windows: upperWindows,
    defaults: { maxPositions: 32_768, keyValueHeads: 32, headSize: 128 },
  },
  mistral: {
    className: 'MistralForCausalLM',
    biases: () => [],
    headNorms: false,
    windows: allWindows,
    defaults: { maxPositions: 131_072, keyValueHeads: 8, eosId: 2 },
  },
} as const satisfies Record<string, Architecture>;

export type ModelType = keyof typeof architectures;

export function isModelType(value: unknown): value is ModelType {
  return typeof value === 'string' && Object.hasOwn(architectures, value);
}

/** Mistral: one window for all layers; null turns it off, and a config without the field has transformers' 4096. */
function allWindows(fields: ConfigFields, layers: number): (number | null)[] {
  const window = fields.json.sliding_window === null ? null : fields.size('sliding_window', 4096);
  return new Array<number | null>(layers).fill(window);
}

/** Qwen: with use_sliding_window, the layers from max_window_layers on, or those that layer_types names. */
function upperWindows(fields: ConfigFields, layers: number): (number | null)[] {
  const { use_sliding_window: used, sliding_window: size, layer_types: types } = fields.json;
  if (used !== true || size === null) return noWindows(fields, layers);
  const window = fields.size('sliding_window', 4096);
  if (!Array.isArray(types)) {
    const first = fields.json.max_window_layers === 0 ? 0 : fields.size('max_window_layers', 28);
    return Array.from({ length: layers }, (_, layer) => (layer >= first ? window : null));
  }
  const known = ['full_attention', 'sliding_attention'];
  const strange = types.find((type) => !known.includes(type as string));
  if (types.length !== layers || strange !== undefined)
    fields.refuse('layer_types', strange ?? types, `it names ${known.join(' or ')} for each of the ${layers} layers`);
  return types.map((type) => (type === 'sliding_attention' ? window : null));
}
