/** Which files of a repository on the hub a policy is loaded from. */
import { UserError } from '@queryloop/contracts';

/** A file as the hub lists it. */
export interface HubFile {
  path: string;
  size: number;
  /** What its bytes must hash to: SHA-256 of files in large-file storage, git's blob hash of the others. */
  checksum: { kind: 'sha256' | 'git-blob'; hex: string };
}

const needed = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
]);
const required = ['config.json', 'tokenizer.json'];
/** Names the shards that the weights are in. */
export const indexFile = 'model.safetensors.index.json';
const wholeFile = 'model.safetensors';
const adapterFiles = ['adapter_config.json', 'adapter_model.safetensors'];

/** Whether a policy may be loaded from a file of this name, or a pull was bringing it. */
export function isPullable(name: string): boolean {
  return needed.has(name) || name === indexFile || adapterFiles.includes(name) || /\.(safetensors|part)$/.test(name);
}

/**
 * The configuration, tokenizer, chat template and safetensors weights, of a model or an adapter, among `files`, small files first; weights of other formats stay
 * where they are. Throws UserError naming what is missing. `repo` names the repository in errors; `shards` are what its index names, none as
 * long as that has not been read.
 */
export function neededFiles(
  files: readonly HubFile[],
  repo: string,
  shards: ReadonlySet<string> = new Set(),
): HubFile[] {
  const names = new Set(files.map(({ path }) => path));
  const sharded = names.has(indexFile) && !names.has(wholeFile);
  const isWeights = (path: string) => (sharded ? path === indexFile || shards.has(path) : path === wholeFile);
  // a repository with an adapter and no model: its base is pulled by itself
  const isAdapter = names.has('adapter_config.json') && !names.has(wholeFile) && !sharded;
  const demanded = isAdapter ? adapterFiles : [...required, ...(sharded ? [indexFile, ...shards] : [wholeFile])];
  const missing = demanded.filter((name) => !names.has(name));
  if (missing.length > 0)
    throw new UserError({
      message: `${repo} holds no ${missing.join(' and no ')}`,
      field: 'repo',
      hint: 'Choose a model in the format of transformers with safetensors weights and a tokenizer.json.',
    });
  return files
    .filter(({ path }) => needed.has(path) || isWeights(path) || (isAdapter && adapterFiles.includes(path)))
    .sort((left, right) => left.size - right.size || (left.path < right.path ? -1 : 1));
}
