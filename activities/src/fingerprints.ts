/** What steps read beside their input: files outside the artifact store, told apart by content, so that results may be reused. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrepareDatasetInput, StepContext, WarmStartInput } from '@queryloop/contracts';
import { datasetFile } from '@queryloop/text-to-sql';
import { locateSource } from './dataset-source.ts';
import { checkPolicyFolder } from './policy-folder.ts';

/**
 * The files that prepareDataset would read: SHA-256 of each split's, and of all parts of a folder of one's own, or that the
 * built-in world stands in for them.
 * Undefined where its output must not be reused: it builds tables on a database server, which may be gone.
 */
export async function prepareDatasetFingerprint(
  { dataset, database }: PrepareDatasetInput,
  context: StepContext,
): Promise<unknown> {
  if (database !== 'sqlite') return undefined;
  const place = await locateSource(dataset, context);
  if (place === 'built-in world') return place;
  const { files, own } = place;
  const hashes = Object.entries(files).map(async ([role, { name, path }]) => [role, name, await hashOf(path)]);
  if (own === null) return await Promise.all(hashes);
  const parts = [join(own.folder, datasetFile), own.database, own.words].map(hashOf);
  return [...(await Promise.all(hashes)), ...(await Promise.all(parts))];
}

/** The files of `policy.folder`: path and SHA-256 of each. Null when the policy is made rather than loaded. */
export async function warmStartFingerprint({ policy: { folder } }: WarmStartInput): Promise<unknown> {
  if (folder === undefined) return null;
  checkPolicyFolder(folder);
  const hashes: [string, string][] = [];
  for (const path of await filesUnder(folder)) hashes.push([path, await hashOf(join(folder, path))]);
  return hashes;
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk);
  return digest.digest('hex');
}

/** Relative paths of all files under a folder, links followed, sorted. */
async function filesUnder(folder: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(folder, prefix))) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if ((await stat(join(folder, path))).isDirectory()) found.push(...(await filesUnder(folder, path)));
    else found.push(path);
  }
  return found.sort();
}
