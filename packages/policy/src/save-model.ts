/** Writes a model as a folder of Hugging Face transformers, without its tokenizer. */
import { jsonText, writeWhole } from './folder-files.ts';
import type { HeldWeights } from './held-weights.ts';
import { architectureOf, type ModelConfig } from './model-config.ts';
import { weightSpecs } from './model-weights.ts';
import { safetensorsParts } from './safetensors.ts';

export interface SavedModel {
  config: ModelConfig;
  weights: HeldWeights;
  /** The generation_config.json that the model came with; null for one made of the ids below. */
  generationConfig: Record<string, unknown> | null;
  /** Ids that end a text. */
  eosIds: readonly number[];
}

/** Writes model.safetensors in float32, generation_config.json and config.json. Equal weights give equal bytes. */
export async function saveModel(
  folder: string,
  { config, weights, generationConfig, eosIds }: SavedModel,
): Promise<void> {
  const { torch_dtype: _, ...json } = config.json;
  const generation = generationConfig ?? {
    bos_token_id: config.bosId,
    eos_token_id: eosIds.length === 1 ? eosIds[0] : eosIds,
    pad_token_id: config.padId,
  };
  const saved = {
    ...json,
    architectures: [architectureOf(config)],
    dtype: 'float32',
    rope_frequency_dtype: config.ropeFormat,
  };
  const parts = safetensorsParts(weightSpecs(config), ({ name }) => weights.values(name));
  await writeWhole(folder, 'model.safetensors', parts);
  await writeWhole(folder, 'generation_config.json', [jsonText(generation)]);
  await writeWhole(folder, 'config.json', [jsonText(saved)]);
}
