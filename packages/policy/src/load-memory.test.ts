/** Memory of loading a checkpoint, measured from outside: at most 1.3 times its weights as they are stored, and one layer in float32. */
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
const sizeOfAll = (of: typeof specs) => of.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
const values = sizeOfAll(specs);
const layer = 4 * sizeOfAll(specs.filter(({ name }) => name.startsWith('model.layers.0.')));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-memory-'));
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await cp(join(goldenFolder, file), join(folder, file));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rise of memory while the folder is loaded, and a short text scored if so said, in bytes. */
function rise(use: string): number {
  const script = fileURLToPath(new URL('load-and-measure.ts', import.meta.url));
  // Every tensor is mapped by itself, so that one that is freed goes back: what the C library holds on to differs from run to run.
  const env = { ...process.env, GLIBC_TUNABLES: 'glibc.malloc.mmap_threshold=131072' };
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, folder, use],
    { encoding: 'utf8', env },
  );
  expect(Number(stdout), stderr).toBeGreaterThan(0);
  return Number(stdout);
}

/** Weights of the given format; those in half precision are all zero. */
async function writeWeights(format: string): Promise<void> {
  const file = join(folder, 'model.safetensors');
  if (format === 'F32')
    return writeFile(
      file,
      safetensorsParts(specs, (spec) => new Float32Array(sizeOf(spec.shape)).fill(0.5)),
    );
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const spec of specs) {
    const end = offset + 2 * sizeOf(spec.shape);
    header[spec.name] = { dtype: format, shape: spec.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const bytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  await writeFile(file, [length, bytes, Buffer.alloc(offset)]);
}

it.runIf(process.platform === 'linux').each([
  ['F32', 'load'],
  ['F32', 'score'],
  ['F16', 'load'],
  ['F16', 'score'],
  ['BF16', 'load'],
  ['BF16', 'score'],
])('holds %s weights once, as they are stored: %s', async (format, use) => {
  await writeWeights(format);
  const stored = (format === 'F32' ? 4 : 2) * values;
  const risen = rise(use);
  expect(risen).toBeGreaterThan(stored);
  expect(risen).toBeLessThan(1.3 * stored + layer);
});
