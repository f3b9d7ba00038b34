/** Folders to start from: where they are, and checks of them. */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';

/** The folder that `policy.folder` means: its path, or that of a model pulled from the hub. Throws UserError when there is none. */
export function locatePolicy(folderOrName: string): string {
  const folder = policyPath(folderOrName);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return folder;
  throw new UserError({
    message: found ? `not a folder: ${folder}` : `no such folder: ${folder}`,
    field: 'policy.folder',
    hint: 'give a folder with config.json, model.safetensors and tokenizer.json (infra/models/convert_gguf.py makes one of a GGUF file), or bring a model with `queryloop pull <owner>/<name>` and give that name (docs/models.md)',
  });
}

const adapterConfig = 'adapter_config.json';

/** The folder that `policy.lora.adapter` means. Throws UserError when there is none. */
export function locateAdapter(folderOrName: string): string {
  const folder = policyPath(folderOrName);
  if (existsSync(join(folder, adapterConfig))) return folder;
  throw new UserError({
    message: `no adapter in ${folder}: there is no such folder, or it holds no adapter_config.json`,
    field: 'policy.lora.adapter',
    hint: 'Give a folder that PEFT or Queryloop saved, with adapter_config.json and adapter_model.safetensors.',
  });
}

/**
 * The folder of the model that an adapter in `folder` names as its base; undefined where there is no adapter, or no such folder. What is
 * wrong with its adapter_config.json is said when it is loaded.
 */
export async function baseOfAdapter(folder: string): Promise<string | undefined> {
  const settings: unknown = await readFile(join(folder, adapterConfig), 'utf8')
    .then(JSON.parse)
    .catch(() => null);
  const { base_model_name_or_path: name } = (settings ?? {}) as Record<string, unknown>;
  const base = typeof name === 'string' ? policyPath(name) : '';
  return existsSync(join(base, 'config.json')) ? base : undefined;
}

/**
 * Throws UserError when prompts with placeholders are no use to a policy: its tokenizer has none, as those that Queryloop makes do. What
 * else is wrong with a tokenizer is found when the policy is loaded. `field` is where the style is chosen.
 */
export async function requirePlaceholders(folder: string, field = 'prompt.style'): Promise<void> {
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => null);
  if (text === null || /\{[a-z_]+\d*\}/.test(text)) return;
  throw new UserError({
    message: `${field} is placeholder, which only policies made by Queryloop read; the tokenizer in ${folder} has no placeholders`,
    field,
    hint: `Set ${field} to zero-shot or few-shot (docs/prompts.md).`,
  });
}
