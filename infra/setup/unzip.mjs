/** Takes single files out of a zip archive (a Python wheel is one) without reading the rest of it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

// Signatures and field offsets: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
const endOfDirectory = 0x06054b50;
const deflated = 8;

/**
 * Writes each entry for which `target` gives a path. Archives of more than 4 GB are not read.
 * @param {string} archive @param {(name: string) => string | undefined} target @returns {Promise<number>} how many were written
 */
export async function unzip(archive, target) {
  const file = await open(archive);
  let written = 0;
  try {
    for (const entry of await readDirectory(file)) {
      const path = target(entry.name);
      if (path === undefined || entry.name.endsWith('/')) continue;
      await mkdir(dirname(path), { recursive: true });
      const header = await readAt(file, entry.headerOffset, 30);
      const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      const packed = createReadStream(archive, { start, end: start + entry.packedBytes - 1 });
      await pipeline(...(entry.method === deflated ? [packed, createInflateRaw()] : [packed]), createWriteStream(path));
      written++;
    }
  } finally {
    await file.close();
  }
  return written;
}

async function readDirectory(file) {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, 65_557);
  const tail = await readAt(file, size - tailBytes, tailBytes);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endOfDirectory) end--;
  if (end < 0) throw new Error('not a zip archive');
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let at = 0; at < directory.length; ) {
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, position);
  return buffer;
}
