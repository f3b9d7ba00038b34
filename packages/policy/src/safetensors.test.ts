/** Number formats of safetensors files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundTo } from './rounding.ts';
import { encodeSafetensors, type NamedArray, readSafetensors } from './safetensors.ts';

/** Reads a file with that header and that many bytes of values, all of them zero unless given. */
async function readFileOf(header: unknown, values: Uint8Array): Promise<Map<string, NamedArray>> {
  const folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  try {
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    await writeFile(join(folder, 'x.safetensors'), Buffer.concat([length, text, values]));
    return await readSafetensors(join(folder, 'x.safetensors'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readHalves(dtype: string, halves: number[]): Promise<number[]> {
  const header = { x: { dtype, shape: [halves.length], data_offsets: [0, halves.length * 2] } };
  const tensors = await readFileOf(header, new Uint8Array(Uint16Array.from(halves).buffer));
  return Array.from(tensors.get('x')?.values ?? []);
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

const f32 = (begin: number, end: number) => ({ dtype: 'F32', shape: [(end - begin) / 4], data_offsets: [begin, end] });

it.each([
  ['overlapping tensors', { a: f32(0, 8), b: f32(4, 12) }, 'tensor b starts at byte'],
  ['a tensor within another', { a: f32(0, 12), b: f32(4, 8) }, 'tensor b starts at byte'],
  ['a gap', { a: f32(0, 4), b: f32(8, 12) }, 'before b, belong to no tensor'],
  ['offsets behind the end', { a: f32(0, 12), b: f32(12, 16) }, 'tensor b ends at byte'],
  ['bytes left over', { a: f32(0, 8) }, 'its tensors end at byte'],
  ['negative offsets', { a: { dtype: 'F32', shape: [3], data_offsets: [-12, 0] } }, 'tensor a has no dtype, shape and'],
  [
    'reversed offsets',
    { a: { dtype: 'F32', shape: [0], data_offsets: [12, 0] } },
    'tensor a of shape [0] and type F32',
  ],
  ['a shape of another size', { a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 12] } }, 'tensor a of shape [2,2]'],
  ['an entry that is none', { a: 5 }, 'tensor a has no dtype'],
  ['a header that is a list', '[]', 'its header is not JSON'],
])('refuses %s', async (_, header, message) => {
  await expect(readFileOf(header, new Uint8Array(12))).rejects.toThrow(message);
});

it('is not harmed by any damage to the header: tensors of the right size, or a UserError', async () => {
  const [, text = Buffer.of(), ...values] = encodeSafetensors([
    { name: 'a', shape: [2], values: Float32Array.of(1, 2) },
    { name: 'b', shape: [1, 3], values: Float32Array.of(3, 4, 5) },
  ]);
  const change = fc.record({ at: fc.nat(text.length - 1), byte: fc.integer({ min: 32, max: 126 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const damaged = Buffer.from(text);
      for (const { at, byte } of changes) damaged[at] = byte;
      try {
        const tensors = await readFileOf(damaged.toString('latin1'), Buffer.concat(values));
        for (const { shape, values: found } of tensors.values())
          expect(found.length).toBe(shape.reduce((product, side) => product * side, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 200, seed: 7 },
  );
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
