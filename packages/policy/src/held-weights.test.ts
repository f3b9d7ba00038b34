/** Weights held in the half precision they are stored in compute what the same weights held in float32 compute, bit for bit. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptimizerConfig } from '@queryloop/contracts';
import type { Scalar } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AdamW } from './adamw.ts';
import type { ForwardOptions } from './forward-pass.ts';
import { type HalfFormat, widen } from './half-floats.ts';
import { HalfMatrix } from './half-matrix.ts';
import { sizeOf } from './model-weights.ts';
import { type NewAdapter, Policy } from './policy.ts';
import { keyedUniform } from './random.ts';
import { SafetensorsFile } from './safetensors.ts';
import { loadTensorflow } from './tensorflow.ts';

const checkpoints = fileURLToPath(new URL('../../../test/golden/fixtures/architectures', import.meta.url));
const ids = (length: number, key: number) => Array.from({ length }, (_, i) => Math.floor(190 * keyedUniform([key, i])));
const groups = [
  { promptIds: ids(9, 1), completions: [ids(4, 2), ids(11, 3)] },
  { promptIds: ids(5, 4), completions: [ids(7, 5)] },
];
const request = {
  groups: [{ promptIds: ids(9, 1), samples: 3, key: [1] }],
  maxTokens: 20,
  temperature: 1,
  seedKey: [1],
};

beforeAll(() => loadTensorflow());

it.each<HalfFormat>(['BF16', 'F16'])('casts all 65,536 numbers of %s as reading a file does', (format) => {
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const read = new Float32Array(halves.length);
  widen(new Uint8Array(halves.buffer), format, read);
  const matrix = new HalfMatrix([256, 256], format);
  matrix.write(0, halves.subarray(0, 256 * 100));
  matrix.write(100, halves.subarray(256 * 100));
  const cast = matrix.widened();
  const rows = matrix.rows(Int32Array.of(255, 3, 255));
  expect(cast.shape).toEqual([256, 256]);
  expect(cast.dataSync()).toEqual(read);
  expect(Array.from(rows.dataSync())).toEqual([255, 3, 255].flatMap((r) => [...read.subarray(256 * r, 256 * (r + 1))]));
  // toEqual takes 0 for −0
  expect(Object.is(cast.dataSync()[0x8000], -0)).toBe(true);
  for (const tensor of [matrix, cast, rows]) tensor.dispose();
});

it.each([
  ['BF16', 'qwen2', 0xff80, '-Infinity'],
  ['F16', 'qwen3-window', 0x7e00, 'NaN'],
] as const)('names the place of what is not finite in %s', async (_, name, half, says) => {
  const folder = await mkdtemp(join(tmpdir(), 'held-'));
  await cp(join(checkpoints, name), folder, { recursive: true });
  const file = await SafetensorsFile.open(join(folder, 'model.safetensors'));
  await file.close();
  const tensor = 'model.layers.1.mlp.down_proj.weight';
  const bytes = await readFile(file.path);
  bytes.writeUInt16LE(half, (file.entries.get(tensor)?.begin ?? 0) + 2 * 1001);
  await writeFile(file.path, bytes);
  await expect(Policy.load(folder)).rejects.toMatchObject({
    message: `${file.path}: tensor ${tensor} holds ${says} at index 1001`,
    field: tensor,
  });
  await rm(folder, { recursive: true });
});

describe.each([
  ['qwen2 in bfloat16', 'qwen2'],
  ['qwen3 in float16', 'qwen3-window'],
  ['llama in bfloat16', 'llama-dynamic'],
])('%s', (_, name) => {
  const folder = join(checkpoints, name);
  const opened: Policy[] = [];
  afterEach(() => {
    for (const policy of opened.splice(0)) policy.dispose();
  });

  /** The policy as it is loaded, and with all weights in float32. */
  async function both(adapter?: Partial<NewAdapter>): Promise<[Policy, Policy]> {
    const pair = [await Policy.load(folder), await Policy.load(folder)] as [Policy, Policy];
    opened.push(...pair);
    pair[1].weightTensors();
    if (adapter) for (const policy of pair) addAdapter(policy, adapter);
    return pair;
  }

  function addAdapter(policy: Policy, settings: Partial<NewAdapter>): void {
    policy.addAdapter('a', { rank: 4, alpha: 8, seed: 3, base: null, ...settings });
    policy.useAdapter('a');
    const length = policy.trainable.parameterCount();
    const flat = policy.tf.tensor1d(Array.from({ length }, (_, i) => 0.4 * keyedUniform([1, i]) - 0.2));
    policy.trainable.replaceWeights(flat);
    flat.dispose();
  }

  const lossOf = (policy: Policy, options: ForwardOptions = {}) => {
    const batch = policy.packGroups(groups);
    return () => {
      const { logProbs, entropy } = policy.forward(batch, 0.9, options);
      return policy.tf.add(policy.tf.sum(policy.tf.square(logProbs)), policy.tf.sum(entropy)) as Scalar;
    };
  };
  const bytesOf = (policy: Policy, half: number) =>
    policy.weightSpecs.reduce((sum, { shape }) => sum + (shape.length > 1 ? half : 4) * sizeOf(shape), 0);

  it('computes the same without training', async () => {
    const [stored, float32] = await both();
    expect([stored.bytes, float32.bytes]).toEqual([bytesOf(stored, 2), bytesOf(stored, 4)]);
    for (const length of [1, 2, 30])
      expect(await stored.lastLogits(ids(length, 7))).toEqual(await float32.lastLogits(ids(length, 7)));
    expect(await stored.score(ids(30, 7))).toEqual(await float32.score(ids(30, 7)));
    expect(await stored.generate(request)).toEqual(await float32.generate(request));
    expect(stored.weightArrays()).toEqual(float32.weightArrays());
    // as a reference policy is called, and completions of a server are scored
    const batch = stored.packGroups(groups);
    const [one, other] = [stored, float32].map((policy) =>
      Array.from(
        policy.tf.tidy(() =>
          policy.forward(batch, 1, { checkpointedLayers: policy.config.layers }).logProbs.dataSync(),
        ),
      ),
    );
    expect(one).toEqual(other);
    expect(stored.bytes).toBe(bytesOf(stored, 2));
  });

  it.each<Partial<NewAdapter>>([{ dropout: 0.2 }, { targets: ['q_proj', 'down_proj'] }])(
    'trains an adapter the same, and keeps its weights: %j',
    async (settings) => {
      const [stored, float32] = await both(settings);
      const frozen = bytesOf(stored, 2) + 4 * stored.trainable.parameterCount();
      for (const checkpointedLayers of [0, stored.config.layers]) {
        const [one, other] = [stored, float32].map((policy) => {
          const optimizer = new AdamW(policy.trainable, OptimizerConfig.parse({ learningRate: 0.01 }));
          const options = { dropoutKey: [1], checkpointedLayers };
          const { gradient } = optimizer.gradient(lossOf(policy, options));
          const steps = [1, 2].map(() => optimizer.step(lossOf(policy, options), 2));
          optimizer.dispose();
          return { gradient, steps, adapter: policy.adapter?.weightArrays() };
        });
        expect(one).toEqual(other);
        expect(one?.gradient.some((value) => value !== 0)).toBe(true);
      }
      expect(await stored.generate(request)).toEqual(await float32.generate(request));
      expect(stored.bytes).toBe(frozen);
    },
  );

  it('merges, unmerges and saves the same', async () => {
    const [stored, float32] = await both({ targets: ['q_proj', 'up_proj'] });
    const root = await mkdtemp(join(tmpdir(), 'held-'));
    const saved = async (policy: Policy, where: string) => {
      await policy.save(join(root, where));
      return (await readFile(join(root, where, 'model.safetensors'))).toString('base64');
    };
    for (const change of ['mergeAdapter', 'unmergeAdapter'] as const) {
      stored[change]();
      float32[change]();
      expect(stored.weightArrays()).toEqual(float32.weightArrays());
    }
    for (const policy of [stored, float32]) policy.useAdapter(null);
    expect(await saved(stored, 'stored')).toBe(await saved(float32, 'float32'));
    // what is merged has no half-precision form
    expect(stored.bytes).toBeGreaterThan(bytesOf(stored, 2));
    await rm(root, { recursive: true });
  });

  it('trains all weights as those of a float32 folder', async () => {
    const [stored, other] = await both();
    const root = await mkdtemp(join(tmpdir(), 'held-'));
    await other.save(root);
    const float32 = await Policy.load(root);
    opened.push(float32);
    expect(float32.bytes).toBe(bytesOf(stored, 4));
    const config = OptimizerConfig.parse({ learningRate: 0.01 });
    for (const checkpointedLayers of [stored.config.layers, 0]) {
      const [one, two] = [stored, float32].map((policy) => {
        const optimizer = new AdamW(policy.trainable, config);
        const steps = [1, 2].map(() => optimizer.step(lossOf(policy, { checkpointedLayers }), 2));
        optimizer.dispose();
        return { steps, weights: policy.weightArrays() };
      });
      expect(one).toEqual(two);
    }
    expect(stored.bytes).toBe(bytesOf(stored, 4));
    await rm(root, { recursive: true });
  });

  it('leaves no tensors behind', async () => {
    const [stored] = await both({ dropout: 0.2, targets: ['q_proj', 'down_proj'] });
    const optimizer = new AdamW(stored.trainable, OptimizerConfig.parse({}));
    const use = async () => {
      await stored.generate(request);
      await stored.score(ids(9, 3));
      await stored.lastLogits(ids(9, 3));
      optimizer.step(lossOf(stored, { dropoutKey: [1] }), 3);
      stored.weightArrays();
    };
    await use();
    const before = stored.tf.memory();
    await use();
    expect(stored.tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    optimizer.dispose();
  });
});
