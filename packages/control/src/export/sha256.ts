/** The hashes that an export is held together by. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { canonicalJson } from '@queryloop/store/artifacts';

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export interface FileEntry {
  /** Relative to the export, with /. */
  path: string;
  sha256: string;
  bytes: number;
}

async function fileEntry(folder: string, path: string): Promise<FileEntry> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, path), { highWaterMark: 1 << 20 })) {
    digest.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { path, sha256: digest.digest('hex'), bytes };
}

/**
 * All files under a folder, sorted by path.
 * @throws UserError for a link or another special file: what it leads to is no part of the export
 */
export async function hashFiles(folder: string, prefix = ''): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  for (const entry of entries) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await hashFiles(folder, path)));
    else if (entry.isFile()) found.push(await fileEntry(folder, path));
    else throw new UserError({ message: `${join(folder, path)} is neither a file nor a folder`, field: path });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
