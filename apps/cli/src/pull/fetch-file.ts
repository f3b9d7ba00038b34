/** Brings one file of the hub into a folder: goes on where an earlier try stopped, and keeps nothing whose checksum is wrong. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import type { HubFile } from './needed-files.ts';

export interface FetchOptions {
  /** Bytes of the file from `start` on. */
  bytes(start: number): Promise<ReadableStream<Uint8Array>>;
  /** Called with the bytes that are here. */
  onProgress(done: number): void;
  signal: AbortSignal;
  /** Waiting time after the first failure; it doubles with each. */
  delayMs?: number;
}

/** Failures in a row after which it is given up; a try that brought a byte starts the count again. */
const tries = 5;

/**
 * Leaves the file whole in `folder`; a whole one that is there already stays. Throws UserError when the network fails for good, when
 * the disk is full, and when what came is not what the hub lists.
 */
export async function fetchFile(file: HubFile, folder: string, options: FetchOptions): Promise<void> {
  const target = join(folder, file.path);
  const whole = await fetchBeside(file, folder, options);
  if (whole !== target) await rename(whole, target);
}

/** As fetchFile, but replaces nothing: gives the path of the whole file, its own or one that fetchFile will take. */
export async function fetchBeside(file: HubFile, folder: string, options: FetchOptions): Promise<string> {
  const target = join(folder, file.path);
  if ((await sizeOf(target)) === file.size && (await checksumOf(target, file)) === file.checksum.hex) {
    options.onProgress(file.size);
    return target;
  }
  // Named by its checksum: what came of another commit's file is not gone on with.
  const part = `${target}.${file.checksum.hex.slice(0, 12)}.part`;
  await download(file, part, options);
  const found = await checksumOf(part, file);
  if (found !== file.checksum.hex) {
    await rm(part);
    throw new UserError({
      message: `${file.path} arrived damaged: its ${file.checksum.kind} hash is ${found}, the hub lists ${file.checksum.hex}`,
      field: file.path,
      hint: 'Run again: only this file is downloaded again.',
    });
  }
  return part;
}

async function download(file: HubFile, part: string, options: FetchOptions): Promise<void> {
  const { signal, delayMs = 1000 } = options;
  for (let failures = 0; ; failures++) {
    const before = await sizeOf(part);
    if (before > file.size) await rm(part);
    if (before === file.size) return;
    try {
      await append(file, part, options);
      if ((await sizeOf(part)) >= file.size) return;
      throw new Error('the connection closed early');
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new UserError({ message: `no space left to write ${part}`, field: file.path, hint: 'Free disk space.' });
      if ((await sizeOf(part)) > before) failures = 0;
      if (failures + 1 >= tries)
        throw new UserError({
          // The library ends a stream with a text, not an error.
          message: `${file.path} cannot be downloaded: ${error instanceof Error ? error.message : error}`,
          field: file.path,
          hint: 'Run again: it goes on with what is here.',
        });
    }
    await new Promise((done) => setTimeout(done, delayMs * 2 ** failures));
  }
}

async function append(file: HubFile, part: string, { bytes, onProgress, signal }: FetchOptions): Promise<void> {
  let done = await sizeOf(part);
  const handle = await open(part, 'a');
  try {
    for await (const piece of await bytes(done)) {
      signal.throwIfAborted();
      await handle.writeFile(piece);
      done += piece.length;
      onProgress(Math.min(done, file.size));
    }
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function checksumOf(path: string, { size, checksum }: HubFile): Promise<string> {
  // git hashes "blob", the size and a zero byte before the content.
  const hash = checksum.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  if (size > 0) for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
