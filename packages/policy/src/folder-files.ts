/** Reading and atomic writing of the files in a model folder. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import type { Json } from './config-fields.ts';

/** Parses a JSON file of a folder; null when `optional` and absent. Throws UserError naming the file otherwise. */
export async function readJson(folder: string, file: string, optional = false): Promise<Json | null> {
  const path = join(folder, file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UserError({
      message: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      field: file,
      hint: 'a policy folder holds config.json, model.safetensors and tokenizer.json',
    });
  }
  const hint = 'copy or download it again';
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UserError({ message: `${path} is not valid JSON: ${(error as Error).message}`, field: file, hint });
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Json;
  throw new UserError({ message: `${path} is not a JSON object`, field: file, hint });
}

/** Writes a whole file or none: to a temporary name first, then renamed. A full disk is a UserError. */
export async function writeWhole(folder: string, file: string, parts: Iterable<Uint8Array | string>): Promise<void> {
  const path = join(folder, file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(temporary, 'w');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new UserError({
        message: `no space left to write ${path}`,
        field: folder,
        hint: 'free disk space and run again',
      });
    throw error;
  }
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
