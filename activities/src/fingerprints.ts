/** What steps read beside their input: files outside the artifact store, told apart by content, so that results may be reused. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { grammarPairs, type PrepareDatasetInput, type StepContext, type WarmStartInput } from '@queryloop/contracts';
import { datasetFile } from '@queryloop/text-to-sql';
import { locateSource } from './dataset-source.ts';
import { baseOfAdapter, locateAdapter, locatePolicy } from './policy-folder.ts';

/**
 * The files that prepareDataset would read: SHA-256 of each split's, and of all parts of a folder of one's own, or that the
 * built-in world stands in for them; and of the template and the examples of prompts.
 * Undefined where its output must not be reused: it builds tables on a database server, which may be gone.
 */
export async function prepareDatasetFingerprint(
  { dataset, database, prompt }: PrepareDatasetInput,
  context: StepContext,
): Promise<unknown> {
  if (database !== 'sqlite') return undefined;
  const [source, ...prompts] = await Promise.all([
    sourceFingerprint(dataset, context),
    ...[prompt?.template, prompt?.examples].flatMap((path) => (path === undefined ? [] : [hashOfFile(path)])),
  ]);
  return prompts.length === 0 ? source : { source, prompts };
}

async function sourceFingerprint(dataset: PrepareDatasetInput['dataset'], context: StepContext): Promise<unknown> {
  const place = await locateSource(dataset, context);
  if (place === 'built-in world') return place;
  const { files, own } = place;
  const hashes = Object.entries(files).map(async ([role, { name, path }]) => [role, name, await hashOf(path)]);
  if (own === null) return await Promise.all(hashes);
  const parts = [join(own.folder, datasetFile), own.database, own.words].map(hashOf);
  return [...(await Promise.all(hashes)), ...(await Promise.all(parts))];
}

/**
 * The files of `policy.folder`, path and SHA-256 of each, and those of the adapter and the pairs to start from. Null when the policy is made rather than
 * loaded, and learns from the grammar alone.
 */
export async function warmStartFingerprint({ policy, warmStart }: WarmStartInput): Promise<unknown> {
  const { folder, lora } = policy;
  const { pairs } = warmStart;
  const located = folder === undefined ? undefined : locatePolicy(folder);
  const files = located === undefined ? null : await folderFingerprint(located);
  const base = located === undefined ? undefined : await baseOfAdapter(located);
  const others = {
    ...(pairs !== undefined && pairs !== grammarPairs && { pairs: await hashOfFile(pairs) }),
    ...(base !== undefined && { base: await folderFingerprint(base) }),
    ...(lora?.adapter !== undefined && { adapter: await folderFingerprint(locateAdapter(lora.adapter)) }),
  };
  return Object.keys(others).length === 0 ? files : { files, ...others };
}

async function folderFingerprint(folder: string): Promise<[string, string][]> {
  const hashes: [string, string][] = [];
  for (const path of await filesUnder(folder)) hashes.push([path, await hashOf(join(folder, path))]);
  return hashes;
}

/** Null for a file that is not there: the step says so. */
async function hashOfFile(path: string): Promise<string | null> {
  return (await stat(path).catch(() => undefined))?.isFile() ? hashOf(path) : null;
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
