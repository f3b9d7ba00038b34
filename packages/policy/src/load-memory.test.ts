/** Memory of loading a checkpoint, measured from outside: at most 1.3 times its weights in float32, and one tensor. */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseModelConfig } from './model-config.ts';
import { sizeOf, weightSpecs } from './model-weights.ts';
import { safetensorsParts } from './safetensors.ts';
import { goldenFolder, smallConfig } from './test-policy.ts';

const shape = { hidden_size: 512, intermediate_size: 2048, num_hidden_layers: 8, num_attention_heads: 8 };
const config = { ...smallConfig, ...shape, torch_dtype: 'float32' };
const specs = weightSpecs(parseModelConfig(config));
const float32Bytes = 4 * specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
const largest = 4 * Math.max(...specs.map((spec) => sizeOf(spec.shape)));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-memory-'));
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await cp(join(goldenFolder, file), join(folder, file));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rise of memory while the folder is loaded, in bytes. */
function rise(): number {
  const script = fileURLToPath(new URL('load-and-measure.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    encoding: 'utf8',
  });
  expect(Number(stdout), stderr).toBeGreaterThan(0);
  return Number(stdout);
}

it.runIf(process.platform === 'linux')('holds the weights once', async () => {
  const parts = safetensorsParts(specs, (spec) => new Float32Array(sizeOf(spec.shape)).fill(0.5));
  await writeFile(join(folder, 'model.safetensors'), parts);
  expect(rise()).toBeLessThan(1.3 * float32Bytes + largest);
});

it.runIf(process.platform === 'linux')('holds half-precision weights once, as float32', async () => {
  const parts = [...safetensorsParts(specs, (spec) => new Float32Array(sizeOf(spec.shape) / 2))];
  const text = Buffer.from(parts[1] as Uint8Array).toString('utf8');
  let offset = 0;
  const header = JSON.parse(text) as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const bytes = 2 * sizeOf(entry.shape);
    Object.assign(entry, { dtype: 'BF16', data_offsets: [offset, offset + bytes] });
    offset += bytes;
  }
  const bytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  await writeFile(join(folder, 'model.safetensors'), [length, bytes, Buffer.alloc(offset)]);
  expect(rise()).toBeLessThan(1.3 * float32Bytes + largest);
});
