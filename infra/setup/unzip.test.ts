/** Reads what other programs pack: stored and deflated entries, in folders. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { unzip } from './unzip.mjs';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-unzip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A zip archive as PKWARE's specification lays it out. */
function archiveOf(entries: { name: string; text: string; deflate: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, deflate } of entries) {
    const packed = deflate ? deflateRawSync(text) : Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(deflate ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(text), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(Buffer.byteLength(text), 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, list, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

test('writes the wanted entries and leaves the others', async () => {
  const archive = join(folder, 'a.zip');
  const long = 'libtensorflow '.repeat(10_000);
  writeFileSync(
    archive,
    archiveOf([
      { name: 'lib/long.so', text: long, deflate: true },
      { name: 'lib/short.so', text: 'kept as it is', deflate: false },
      { name: 'docs/readme', text: 'not wanted', deflate: true },
    ]),
  );
  const written = await unzip(archive, (name: string) =>
    name.startsWith('lib/') ? join(folder, 'out', name) : undefined,
  );
  expect(written).toBe(2);
  expect(readFileSync(join(folder, 'out', 'lib', 'long.so'), 'utf8')).toBe(long);
  expect(readFileSync(join(folder, 'out', 'lib', 'short.so'), 'utf8')).toBe('kept as it is');
});

test('says when a file is no archive', async () => {
  writeFileSync(join(folder, 'b.zip'), 'x'.repeat(200));
  await expect(unzip(join(folder, 'b.zip'), () => undefined)).rejects.toThrow('not a zip archive');
});
