/** The check that a folder to start from is there. */
import { statSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

/** Throws UserError when `policy.folder` names no folder. */
export function checkPolicyFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  throw new UserError({
    message: found ? `not a folder: ${folder}` : `no such folder: ${folder}`,
    field: 'policy.folder',
    hint: 'give a folder with config.json, model.safetensors and tokenizer.json',
  });
}
