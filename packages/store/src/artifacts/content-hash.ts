/** SHA-256 of files and folders: the address of an artifact. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from './canonical-json.ts';

export interface Content {
  hash: string;
  bytes: number;
}

export function hashText(text: string): Content {
  return { hash: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) };
}

export async function hashFile(file: string): Promise<Content> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    digest.update(chunk);
    bytes += chunk.length;
  }
  return { hash: digest.digest('hex'), bytes };
}

/** (Relative path with /, SHA-256 of the file), sorted by path. */
export type FileList = [path: string, hash: string][];

/** What a folder holds, and the size of all files together. Links and other special files are refused. */
export async function listFolder(folder: string): Promise<{ list: FileList; bytes: number }> {
  const list: FileList = [];
  let bytes = 0;
  for (const path of await filesUnder(folder)) {
    const file = await hashFile(join(folder, path));
    list.push([path, file.hash]);
    bytes += file.bytes;
  }
  return { list, bytes };
}

/** A folder's hash is that of its file list, so the list alone can be checked against it. */
export async function hashFolder(folder: string): Promise<Content> {
  const { list, bytes } = await listFolder(folder);
  return { hash: hashText(canonicalJson(list)).hash, bytes };
}

/** Relative paths of all files under `folder`, sorted. */
export async function filesUnder(folder: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesUnder(folder, path)));
    else if (entry.isFile()) found.push(path);
    else throw new Error(`${join(folder, path)} is neither a file nor a folder; an artifact holds nothing else`);
  }
  return found.sort();
}
