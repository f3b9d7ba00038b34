/** A model's folder is that of one commit: what an earlier pull brought and this commit does not have would be loaded with it. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubFile, isPullable } from './needed-files.ts';

/** Removes all but `files` that a pull may have brought, and says which; what else a user keeps in the folder stays. */
export async function removeOthers(folder: string, files: readonly HubFile[]): Promise<string[]> {
  const kept = new Set(files.map(({ path }) => path));
  const present = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
  const others = present.map(({ name }) => name).filter((name) => isPullable(name) && !kept.has(name));
  for (const name of others) await rm(join(folder, name));
  return others.sort();
}
