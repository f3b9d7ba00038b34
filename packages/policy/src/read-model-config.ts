/** Reads the config.json of a model's folder, and settles or says what it leaves open. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pulledRecord } from '@queryloop/contracts/folders';
import { readJson } from './folder-files.ts';
import { guessesRopeFormat, type ModelConfig, parseModelConfig } from './model-config.ts';

/**
 * The config of a folder. Published models are trained and loaded with from_pretrained: their rotary frequencies are not rounded, whatever
 * the weights are stored in. Of any other half-precision model that does not say it, a warning tells what it is taken for. Throws
 * UserError naming the field of a model that would be computed wrongly.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = join(folder, 'config.json');
  const json = (await readJson(folder, 'config.json')) ?? {};
  if (!guessesRopeFormat(json)) return parseModelConfig(json, file);
  if (existsSync(join(folder, pulledRecord)))
    return parseModelConfig({ ...json, rope_frequency_dtype: 'float32' }, file);
  process.emitWarning(
    `${file} says dtype ${json.dtype} and not whether rotary frequencies were rounded to it; they are taken as rounded. For a model that was trained and is loaded with from_pretrained, add "rope_frequency_dtype": "float32" to it (docs/models.md).`,
    'PolicyWarning',
  );
  return parseModelConfig(json, file);
}
