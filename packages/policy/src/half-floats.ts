/** The number formats that checkpoints are stored in, widened to float32 exactly. */

export const bytesPerValue: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

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
