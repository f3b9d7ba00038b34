/** The files of a policy's folder that its text is made with, without its weights. */
import { join } from 'node:path';
import { readJson } from './folder-files.ts';
import { type ModelConfig, parseModelConfig } from './model-config.ts';
import { buildTokenizer, type Tokenizer, type TokenizerFiles } from './tokenizer.ts';

/** Throws UserError naming a file that is missing or no JSON. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  return {
    tokenizer: (await readJson(folder, 'tokenizer.json')) ?? {},
    tokenizerConfig: (await readJson(folder, 'tokenizer_config.json', true)) ?? {},
    generationConfig: await readJson(folder, 'generation_config.json', true),
  };
}

/** Tokenizer and model config of a folder: what prompts need when another program holds the weights. Throws UserError. */
export async function loadTokenizer(folder: string): Promise<{ tokenizer: Tokenizer; config: ModelConfig }> {
  const config = parseModelConfig((await readJson(folder, 'config.json')) ?? {}, join(folder, 'config.json'));
  return { tokenizer: buildTokenizer(await readTokenizerFiles(folder), config), config };
}
