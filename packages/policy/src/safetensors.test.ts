/** Number formats of safetensors files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { roundTo } from './rounding.ts';
import { readSafetensors } from './safetensors.ts';

async function readHalves(dtype: string, halves: number[]): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  try {
    const header = Buffer.from(
      JSON.stringify({ x: { dtype, shape: [halves.length], data_offsets: [0, halves.length * 2] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(
      join(folder, 'x.safetensors'),
      Buffer.concat([length, header, Buffer.from(Uint16Array.from(halves).buffer)]),
    );
    return Array.from((await readSafetensors(join(folder, 'x.safetensors'))).get('x')?.values ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('reads float16: normal, largest, smallest subnormal, negative zero, infinity', async () => {
  expect(await readHalves('F16', [0x3c00, 0xc100, 0x7bff, 0x0001, 0x8000, 0x7c00])).toEqual([
    1,
    -2.5,
    65504,
    2 ** -24,
    -0,
    Number.POSITIVE_INFINITY,
  ]);
});

it('reads bfloat16', async () => {
  expect(await readHalves('BF16', [0x3f80, 0xc020, 0x4049])).toEqual([1, -2.5, 3.140625]);
});

it('refuses other number types by tensor name', async () => {
  await expect(readHalves('F8_E4M3', [1])).rejects.toThrow('tensor x is stored as F8_E4M3');
});

it('rounds to the nearest number of a format, ties to even', () => {
  expect(roundTo(1 + 2 ** -8, 'bfloat16')).toBe(1);
  expect(roundTo(1 + 3 * 2 ** -8, 'bfloat16')).toBe(1 + 2 ** -6);
  expect(roundTo(-Math.PI, 'bfloat16')).toBe(-3.140625);
  expect(roundTo(0.1, 'float16')).toBe(0.0999755859375);
  expect(roundTo(3e-8, 'float16')).toBe(2 ** -24 * Math.round(3e-8 * 2 ** 24));
  expect(roundTo(0.1, 'float32')).toBe(Math.fround(0.1));
});
