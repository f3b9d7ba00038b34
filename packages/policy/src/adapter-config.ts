/** The settings of a LoRA adapter (arXiv 2106.09685) and PEFT's adapter_config.json, which keeps them beside its weights. */
import { type LoraConfig, loraProjections, UserError } from '@queryloop/contracts';
import { type Json, record } from './config-fields.ts';
import type { ModelConfig } from './model-config.ts';
import { weightSpecs } from './model-weights.ts';
import type { NamedShape } from './trainable.ts';

/** A linear layer that an adapter changes: `model.layers.0.self_attn.q_proj`, its weight [outputs, inputs]. */
export interface AdaptedModule {
  name: string;
  outputs: number;
  inputs: number;
}

export interface AdapterConfig {
  rank: number;
  alpha: number;
  /** Share of inputs that training leaves out. */
  dropout: number;
  /** Scales by alpha / √rank (arXiv 2312.03732) rather than alpha / rank. */
  rsLora: boolean;
  modules: readonly AdaptedModule[];
  /** The adapter_config.json it was read from, or is saved as. */
  json: Json;
}

/** Factor of B·A·x. */
export function scalingOf({ rank, alpha, rsLora }: Pick<AdapterConfig, 'rank' | 'alpha' | 'rsLora'>): number {
  return alpha / (rsLora ? Math.sqrt(rank) : rank);
}

/** Names of PEFT for the two matrices of a module. */
export function matrixName(module: string, matrix: 'A' | 'B'): string {
  return `base_model.model.${module}.lora_${matrix}.weight`;
}

/** A [rank, inputs] and B [outputs, rank] of every module, sorted by name. */
export function adapterSpecs({ rank, modules }: Pick<AdapterConfig, 'rank' | 'modules'>): NamedShape[] {
  return modules
    .flatMap(({ name, outputs, inputs }) => [
      { name: matrixName(name, 'A'), shape: [rank, inputs] },
      { name: matrixName(name, 'B'), shape: [outputs, rank] },
    ])
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The settings of a new adapter; what is left out is as docs/lora.md says. `base` is what PEFT users load the model by. */
export function newAdapterConfig(
  settings: Pick<LoraConfig, 'rank' | 'alpha' | 'dropout' | 'rsLora' | 'targets'>,
  model: ModelConfig,
  base: string | null,
): AdapterConfig {
  const { rank = 16, alpha = 32, dropout = 0, rsLora = false, targets = 'all-linear' } = settings;
  const projections = targets === 'all-linear' ? loraProjections : targets;
  const json = {
    auto_mapping: null,
    base_model_name_or_path: base,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: alpha,
    lora_dropout: dropout,
    modules_to_save: null,
    peft_type: 'LORA',
    r: rank,
    revision: null,
    target_modules: [...projections].sort(),
    task_type: 'CAUSAL_LM',
    use_rslora: rsLora,
  };
  return { rank, alpha, dropout, rsLora, modules: modulesOf(json, model, 'policy.lora'), json };
}

/** Reads adapter_config.json. Throws UserError naming the field for an adapter that would be computed wrongly. `file` names it. */
export function parseAdapterConfig(json: Json, model: ModelConfig, file: string): AdapterConfig {
  if (json.peft_type !== 'LORA') refuse(file, 'peft_type', json.peft_type, 'only adapters of type LORA can be used');
  for (const [field, plain] of notComputed)
    if (!isPlain(json[field], plain))
      refuse(
        file,
        field,
        json[field],
        `only LoRA adapters without it can be used; merge it with PEFT's merge_and_unload, and of half-precision weights add "rope_frequency_dtype": "float32" to the config.json`,
      );
  if (/^(pissa|olora|corda|loftq|lora_ga)/i.test(String(json.init_lora_weights)))
    refuse(
      file,
      'init_lora_weights',
      json.init_lora_weights,
      'convert it with path_initial_model_for_weight_conversion: it changed its base',
    );
  const positive = (field: string): number => {
    const value = json[field];
    return typeof value === 'number' && value > 0 ? value : refuse(file, field, value, 'expected a positive number');
  };
  const dropout = json.lora_dropout ?? 0;
  if (typeof dropout !== 'number' || dropout < 0 || dropout >= 1)
    refuse(file, 'lora_dropout', dropout, 'expected a number from 0, below 1');
  return {
    rank: positive('r'),
    alpha: positive('lora_alpha'),
    dropout: dropout as number,
    rsLora: json.use_rslora === true,
    modules: modulesOf(json, model, file),
    json,
  };
}

/** Fields that change what an adapter computes, with the value under which they do not. */
const notComputed: [field: string, plain: unknown][] = [
  ['use_dora', false],
  ['bias', 'none'],
  ['lora_bias', false],
  ['fan_in_fan_out', false],
  ['modules_to_save', null],
  ['rank_pattern', null],
  ['alpha_pattern', null],
  ['target_parameters', null],
  ['trainable_token_indices', null],
  ['layer_replication', null],
  ['alora_invocation_tokens', null],
  ['exclude_modules', null],
  ['use_qalora', false],
  ['use_bdlora', null],
  ['arrow_config', null],
  ['kasa_config', null],
  ['monteclora_config', null],
  ['velora_config', null],
];

function isPlain(value: unknown, plain: unknown): boolean {
  if (value === undefined || value === null || value === plain) return true;
  if (typeof value !== 'object') return false;
  return (Array.isArray(value) ? value : Object.keys(record(value))).length === 0;
}

/** Every linear layer of the decoder's blocks. */
export function linearModules(model: ModelConfig): AdaptedModule[] {
  return weightSpecs(model).flatMap(({ name, shape: [outputs = 0, inputs = 0] }) =>
    name.endsWith('_proj.weight') ? [{ name: name.slice(0, -'.weight'.length), outputs, inputs }] : [],
  );
}

/** The modules that target_modules and layers_to_transform mean, as PEFT matches them: a regular expression, or ends of names. */
function modulesOf(json: Json, model: ModelConfig, file: string): AdaptedModule[] {
  const linear = linearModules(model);
  const { target_modules: targets, layers_to_transform: stated } = json;
  const layers = isPlain(stated, null) ? null : new Set([stated].flat());
  const ofLayers = ({ name }: AdaptedModule) => layers === null || layers.has(Number(name.split('.')[2]));
  const known = [...new Set(linear.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)))].join(', ');
  const hint = `layers an adapter can change: ${known}, or all-linear`;
  if (typeof targets === 'string') {
    const matches = targets === 'all-linear' ? () => true : matcher(targets, file);
    const found = linear.filter((module) => matches(module.name) && ofLayers(module));
    return found.length > 0 ? found : refuse(file, 'target_modules', targets, hint);
  }
  if (!Array.isArray(targets) || targets.length === 0) return refuse(file, 'target_modules', targets, hint);
  const isMeant = (name: string, target: unknown) => name === target || name.endsWith(`.${target}`);
  const strange = targets.find((target) => !linear.some(({ name }) => isMeant(name, target)));
  if (strange !== undefined) refuse(file, 'target_modules', strange, hint);
  const found = linear.filter((module) => targets.some((one) => isMeant(module.name, one)) && ofLayers(module));
  return found.length > 0
    ? found
    : refuse(file, 'layers_to_transform', stated, `the model has layers 0 to ${model.layers - 1}`);
}

function matcher(pattern: string, file: string): (name: string) => boolean {
  try {
    const whole = new RegExp(`^(?:${pattern})$`);
    return (name) => whole.test(name);
  } catch {
    return refuse(file, 'target_modules', pattern, 'expected a list of names or a regular expression');
  }
}

function refuse(file: string, field: string, value: unknown, hint: string): never {
  const message = `${file}: ${field} ${JSON.stringify(value) ?? 'missing'} cannot be used with this model`;
  throw new UserError({ message, field, hint });
}
