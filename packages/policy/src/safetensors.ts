/** The safetensors format (huggingface/safetensors): 8 bytes of header length, a JSON header, then the raw little-endian values. */
import { open } from 'node:fs/promises';
import { UserError } from '@queryloop/contracts';
import { sizeOf } from './model-weights.ts';

export interface NamedArray {
  name: string;
  shape: number[];
  values: Float32Array;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const bytesPerValue: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };

/** Reads every tensor of a file as float32. Throws UserError for a file that is cut short, damaged or of another number type. */
export async function readSafetensors(path: string): Promise<Map<string, NamedArray>> {
  const damaged = (why: string): never => {
    throw new UserError({
      message: `${path} is not a whole safetensors file: ${why}`,
      field: path,
      hint: 'copy or download it again',
    });
  };
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException): never => {
    throw new UserError({
      message: `${path} cannot be read (${error.code})`,
      field: path,
      hint: 'a policy folder holds config.json, model.safetensors and tokenizer.json',
    });
  });
  try {
    const { size } = await file.stat();
    if (size < 8) damaged(`it has ${size} bytes`);
    const prefix = Buffer.alloc(8);
    await file.read(prefix, 0, 8, 0);
    const headerLength = Number(prefix.readBigUInt64LE(0));
    if (headerLength > size - 8) damaged(`its header should have ${headerLength} bytes, the file has ${size}`);
    const headerBytes = Buffer.alloc(headerLength);
    await file.read(headerBytes, 0, headerLength, 8);
    const header = parseHeader(headerBytes) ?? damaged('its header is not JSON');
    const tensors = new Map<string, NamedArray>();
    for (const [name, entry] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const { dtype, shape, data_offsets } = entry;
      const [begin, end] = data_offsets ?? [0, -1];
      const width = bytesPerValue[dtype];
      if (width === undefined)
        throw new UserError({
          message: `${path}: tensor ${name} is stored as ${dtype}`,
          field: name,
          hint: 'use float32, float16 or bfloat16',
        });
      if (end - begin !== sizeOf(shape) * width)
        damaged(`tensor ${name} of shape [${shape}] takes ${end - begin} bytes`);
      if (8 + headerLength + end > size)
        damaged(`tensor ${name} ends at byte ${8 + headerLength + end}, the file has ${size}`);
      const bytes = new Uint8Array(end - begin);
      await file.read(bytes, 0, bytes.length, 8 + headerLength + begin);
      tensors.set(name, { name, shape, values: toFloat32(bytes, dtype) });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Buffer): Record<string, Entry> | undefined {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function toFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer);
  if (dtype === 'F16') return Float32Array.from(halves, halfToNumber);
  // bfloat16 is the upper half of a float32.
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bytes of a float32 safetensors file. Tensors are sorted by name, so equal values always give equal bytes. */
export function encodeSafetensors(tensors: readonly NamedArray[]): Uint8Array[] {
  const sorted = [...tensors].sort((left, right) => (left.name < right.name ? -1 : 1));
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, shape, values } of sorted) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  // Padded with spaces so that the values start at a multiple of 8, as the format recommends.
  const text = JSON.stringify(header);
  const bytes = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return [
    length,
    bytes,
    ...sorted.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}
