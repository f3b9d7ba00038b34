/** The number formats that checkpoints are stored in, widened to float32 exactly. */

export const bytesPerValue: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

export type HalfFormat = 'F16' | 'BF16';

export function isHalfFormat(dtype: string | undefined): dtype is HalfFormat {
  return dtype === 'F16' || dtype === 'BF16';
}

/** Bits of the exponent, which are all set in infinities and NaN alone. */
const exponentBits: Readonly<Record<HalfFormat, number>> = { F16: 0x7c00, BF16: 0x7f80 };

/** Index of the first value that is infinite or NaN; −1 where there is none. */
export function firstNonFinite(halves: Uint16Array, format: HalfFormat): number {
  const exponent = exponentBits[format];
  // a plain loop, as every value of a checkpoint passes here
  for (let i = 0; i < halves.length; i++) if (((halves[i] as number) & exponent) === exponent) return i;
  return -1;
}

/** Writes stored little-endian values to `target`, which they fill. `bytes` starts at a multiple of 4 in its buffer. */
export function widen(bytes: Uint8Array, dtype: string, target: Float32Array): void {
  if (dtype === 'F32') {
    target.set(new Float32Array(bytes.buffer, bytes.byteOffset, target.length));
    return;
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length);
  if (dtype === 'F16') {
    const table = float16Values();
    for (let i = 0; i < halves.length; i++) target[i] = table[halves[i] as number] as number;
    return;
  }
  // bfloat16 is the upper half of a float32.
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
}

/** The number that 16 bits mean. */
export function halfValue(half: number, format: HalfFormat): number {
  const value = new Float32Array(1);
  widen(new Uint8Array(Uint16Array.of(half).buffer), format, value);
  return value[0] as number;
}

let table: Float32Array | undefined;

/** The value of each of the 65,536 numbers of IEEE 754 binary16. */
function float16Values(): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => halfToNumber(half));
  return table;
}

/** 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
