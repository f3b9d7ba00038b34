/** The weights of a Hugging Face folder, in model.safetensors or, where there is none, in the shards that an index names. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { record } from './config-fields.ts';
import { readJson } from './folder-files.ts';
import { SafetensorsFile } from './safetensors.ts';

const wholeName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';

export class CheckpointFiles {
  private readonly files: SafetensorsFile[];
  private readonly fileOf = new Map<string, SafetensorsFile>();

  private constructor(files: SafetensorsFile[]) {
    this.files = files;
    for (const file of files) for (const name of file.entries.keys()) this.fileOf.set(name, file);
  }

  /** Opens the files. Throws UserError naming a file or tensor that is missing, and files that are damaged. */
  static async open(folder: string): Promise<CheckpointFiles> {
    // The order of transformers: shards beside a whole file are not looked at.
    const index = existsSync(join(folder, wholeName)) ? null : await readJson(folder, indexName, true);
    const files: SafetensorsFile[] = [];
    try {
      if (!index) {
        checkWeights(folder);
        files.push(await SafetensorsFile.open(join(folder, wholeName)));
        return new CheckpointFiles(files);
      }
      const shardOf = shards(folder, index);
      const byShard = new Map<string, SafetensorsFile>();
      for (const shard of [...new Set(shardOf.values())].sort()) {
        const file = await SafetensorsFile.open(join(folder, shard));
        files.push(file);
        byShard.set(shard, file);
      }
      for (const [name, shard] of shardOf)
        if (!byShard.get(shard)?.entries.has(name))
          throw new UserError({
            message: `${join(folder, indexName)} says that ${shard} holds ${name}; it does not`,
            field: name,
            hint: 'copy or download the folder again',
          });
      return new CheckpointFiles(files);
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      throw error;
    }
  }

  names(): string[] {
    return [...this.fileOf.keys()];
  }

  shapeOf(name: string): readonly number[] | undefined {
    return this.fileOf.get(name)?.entries.get(name)?.shape;
  }

  /** The file a tensor is in. */
  pathOf(name: string): string {
    return this.of(name).path;
  }

  /** Number format a tensor is stored in, as safetensors names it. */
  formatOf(name: string): string | undefined {
    return this.of(name).entries.get(name)?.dtype;
  }

  storedPieces(name: string): AsyncGenerator<Uint8Array> {
    return this.of(name).storedPieces(name);
  }

  pieces(name: string): AsyncGenerator<Float32Array> {
    return this.of(name).pieces(name);
  }

  readInto(name: string, target: Float32Array): Promise<void> {
    return this.of(name).readInto(name, target);
  }

  /** Whether two tensors hold the same numbers. */
  async equal(left: string, right: string): Promise<boolean> {
    if (String(this.shapeOf(left)) !== String(this.shapeOf(right))) return false;
    const other = this.of(right).pieces(right);
    let theirs: Float32Array = new Float32Array();
    // Both may be in one file, whose pieces share their memory.
    for await (const piece of this.of(left).pieces(left))
      for (let ours = piece.slice(); ours.length > 0; ) {
        if (theirs.length === 0) theirs = ((await other.next()).value as Float32Array).slice();
        const count = Math.min(ours.length, theirs.length);
        for (let i = 0; i < count; i++) if (ours[i] !== theirs[i]) return false;
        [ours, theirs] = [ours.subarray(count), theirs.subarray(count)];
      }
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }

  private of(name: string): SafetensorsFile {
    return this.fileOf.get(name) as SafetensorsFile;
  }
}

/** Shard of each tensor. Throws UserError for an index that is no index or names files that are not in the folder. */
function shards(folder: string, index: Record<string, unknown>): Map<string, string> {
  const path = join(folder, indexName);
  const map = Object.entries(record(index.weight_map));
  if (map.length === 0)
    throw new UserError({ message: `${path} has no weight_map`, field: indexName, hint: 'copy or download it again' });
  const found = new Map<string, string>();
  const missing = new Set<string>();
  for (const [name, shard] of map) {
    if (typeof shard !== 'string' || basename(shard) !== shard)
      throw new UserError({
        message: `${path}: the file of ${name} is ${JSON.stringify(shard)}`,
        field: name,
        hint: 'expected the name of a file in the same folder',
      });
    if (!existsSync(join(folder, shard))) missing.add(shard);
    found.set(name, shard);
  }
  if (missing.size > 0)
    throw new UserError({
      message: `${path} names files that are not there: ${[...missing].sort().join(', ')}`,
      field: indexName,
      hint: 'copy or download the missing files',
    });
  return found;
}

/** Throws UserError where weights come in another format only. */
function checkWeights(folder: string): void {
  const pickled = ['pytorch_model.bin', 'pytorch_model.bin.index.json'].find((name) => existsSync(join(folder, name)));
  if (pickled !== undefined && !existsSync(join(folder, wholeName)))
    throw new UserError({
      message: `${folder} holds ${pickled} but no ${wholeName}`,
      field: wholeName,
      hint: 'load and save it once with transformers, which writes safetensors; of half-precision weights add "rope_frequency_dtype": "float32" to the config.json that it writes',
    });
}
