/** The safetensors format (huggingface/safetensors): 8 bytes of header length, a JSON header, then the raw little-endian values. */
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '@queryloop/contracts';
import { bytesPerValue, widen } from './half-floats.ts';
import { sizeOf } from './model-weights.ts';
import { type Entry, parseEntries } from './safetensors-header.ts';

export interface NamedArray {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** Stored bytes read at a time, or one row if that is more: what is needed beside the tensor. */
const pieceBytes = 2 ** 20;
/** No model's header comes near; a damaged length does. */
const longestHeader = 100_000_000;

/** An open file: its header is checked, its tensors are read one at a time. */
export class SafetensorsFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, Entry>;
  private readonly file: FileHandle;
  /** Kept from tensor to tensor: garbage of this size would pile up between collections. */
  private stored: Uint8Array = new Uint8Array(pieceBytes);
  private widened: Float32Array = new Float32Array(pieceBytes / 2);

  private constructor(path: string, file: FileHandle, entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.file = file;
    this.entries = entries;
  }

  /** Throws UserError for a file that is not there, cut short or damaged. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException): never => {
      throw new UserError({
        message: `${path} cannot be read (${error.code})`,
        field: path,
        hint: 'a policy folder holds config.json, model.safetensors and tokenizer.json',
      });
    });
    try {
      if (!(await file.stat()).isFile()) damaged(path, 'it is no file');
      return new SafetensorsFile(path, file, await readEntries(path, file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * A tensor of the file as it is stored, in pieces of whole rows (of its last axis), in order; a piece is only valid until the next one,
   * of any tensor.
   */
  async *storedPieces(name: string): AsyncGenerator<Uint8Array> {
    const { dtype, shape, begin, end } = this.entries.get(name) as Entry;
    const width = bytesPerValue[dtype];
    if (width === undefined)
      throw new UserError({
        message: `${this.path}: tensor ${name} is stored as ${dtype}`,
        field: name,
        hint: 'use float32, float16 or bfloat16',
      });
    const row = width * (shape.at(-1) ?? 1);
    const step = Math.max(1, Math.floor(pieceBytes / row)) * row;
    if (step > this.stored.length) this.stored = new Uint8Array(step);
    for (let at = begin; at < end; at += step) {
      const piece = this.stored.subarray(0, Math.min(step, end - at));
      const { bytesRead } = await this.file.read(piece, 0, piece.length, at);
      if (bytesRead < piece.length)
        damaged(this.path, `it ended at byte ${at + bytesRead} while tensor ${name} was read`);
      yield piece;
    }
  }

  /** The same as float32 values. */
  async *pieces(name: string): AsyncGenerator<Float32Array> {
    const { dtype } = this.entries.get(name) as Entry;
    for await (const piece of this.storedPieces(name)) {
      const count = piece.length / (bytesPerValue[dtype] as number);
      if (count > this.widened.length) this.widened = new Float32Array(count);
      const values = this.widened.subarray(0, count);
      widen(piece, dtype, values);
      yield values;
    }
  }

  /** Fills `target`, of the tensor's size, with its values. */
  async readInto(name: string, target: Float32Array): Promise<void> {
    let at = 0;
    for await (const piece of this.pieces(name)) {
      target.set(piece, at);
      at += piece.length;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

function damaged(path: string, why: string): never {
  throw new UserError({
    message: `${path} is not a whole safetensors file: ${why}`,
    field: path,
    hint: 'copy or download it again',
  });
}

async function readEntries(path: string, file: FileHandle): Promise<Map<string, Entry>> {
  const { size } = await file.stat();
  if (size < 8) damaged(path, `it has ${size} bytes`);
  const prefix = Buffer.alloc(8);
  await file.read(prefix, 0, 8, 0);
  const headerLength = Number(prefix.readBigUInt64LE(0));
  if (headerLength > Math.min(size - 8, longestHeader))
    damaged(path, `its header should have ${headerLength} bytes, the file has ${size}`);
  const header = Buffer.alloc(headerLength);
  await file.read(header, 0, headerLength, 8);
  return parseEntries(header.toString('utf8'), 8 + headerLength, size, (why) => damaged(path, why));
}

/** Reads every tensor of a file as float32. Throws UserError for a file that is cut short, damaged or of another number type. */
export async function readSafetensors(path: string): Promise<Map<string, NamedArray>> {
  const file = await SafetensorsFile.open(path);
  try {
    const tensors = new Map<string, NamedArray>();
    for (const { name, shape } of file.entries.values()) {
      const values = new Float32Array(sizeOf(shape));
      await file.readInto(name, values);
      tensors.set(name, { name, shape, values });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

/** The bytes of a float32 safetensors file. Tensors are sorted by name, so equal values always give equal bytes. */
export function encodeSafetensors(tensors: readonly NamedArray[]): Uint8Array[] {
  return [...safetensorsParts(tensors, (tensor) => tensor.values)];
}

/** The same in parts, one tensor's values at a time: `valuesOf` is asked when its part is due. */
export function* safetensorsParts<T extends Pick<NamedArray, 'name' | 'shape'>>(
  tensors: readonly T[],
  valuesOf: (tensor: T) => Float32Array,
): Generator<Uint8Array> {
  const sorted = [...tensors].sort((left, right) => (left.name < right.name ? -1 : 1));
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, shape } of sorted) {
    const bytes = 4 * sizeOf(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  // Padded with spaces so that the values start at a multiple of 8, as the format recommends.
  const text = JSON.stringify(header);
  const bytes = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  yield length;
  yield bytes;
  for (const tensor of sorted) {
    const values = valuesOf(tensor);
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}
