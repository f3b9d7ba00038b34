/** Checks of a folder to start from. */
import { statSync } from 'node:fs';
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
    hint: 'give a folder with config.json, model.safetensors and tokenizer.json, or the owner/name of a model after `queryloop pull`',
  });
}

/**
 * Throws UserError when prompts with placeholders are no use to a policy: its tokenizer has none, as those that Queryloop makes do. What
 * else is wrong with a tokenizer is found when the policy is loaded.
 */
export async function requirePlaceholders(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => null);
  if (text === null || /\{[a-z_]+\d*\}/.test(text)) return;
  throw new UserError({
    message: `prompt.style is placeholder, which only policies made by Queryloop read; the tokenizer in ${folder} has no placeholders`,
    field: 'prompt.style',
    hint: 'Set prompt.style to zero-shot or few-shot (docs/prompts.md).',
  });
}
