/**
 * What stands beside an adapter that a run made, in the same folder: which checkpoint it is over, by content. PEFT's own
 * adapter_config.json knows a name or a path only. For processes, not workflows.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { UserError } from './user-error.ts';

const file = 'queryloop.json';

export const AdapterOrigin = z.object({
  /** The whole model whose frozen weights the adapter is over. */
  base: ArtifactRef,
  /** Keys the draws of its dropout. */
  seed: z.number().int(),
});
export type AdapterOrigin = z.infer<typeof AdapterOrigin>;

/** Null for a folder that holds no adapter of a run. Throws UserError for a file that is not as it was written. */
export async function readAdapterOrigin(folder: string): Promise<AdapterOrigin | null> {
  let text: string;
  try {
    text = await readFile(join(folder, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return AdapterOrigin.parse(JSON.parse(text));
  } catch {
    throw new UserError({
      message: `${join(folder, file)} does not say which checkpoint the adapter is over`,
      field: file,
      hint: 'copy it again, or delete it and set base_model_name_or_path in adapter_config.json',
    });
  }
}

export async function writeAdapterOrigin(folder: string, origin: AdapterOrigin): Promise<void> {
  await writeFile(join(folder, file), `${JSON.stringify(origin, null, 2)}\n`);
}
