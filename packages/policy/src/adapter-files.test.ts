/** Adapter folders: what is saved loads as the same adapter; what cannot be used is refused by name. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NewAdapter, Policy } from './policy.ts';
import { encodeSafetensors, type NamedArray, readSafetensors } from './safetensors.ts';
import { smallPolicy } from './test-policy.ts';

const settings: NewAdapter = { rank: 3, alpha: 5, rsLora: true, targets: ['q_proj', 'up_proj'], seed: 2, base: null };

let root: string;
let folder: string;
let base: string;
let policy: Policy;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'adapter-'));
  [folder, base] = [join(root, 'adapter'), join(root, 'base')];
  policy = await smallPolicy();
  await policy.save(base);
  policy.addAdapter('any', { ...settings, base });
  policy.useAdapter('any');
  const flat = policy.tf.randomUniform([policy.trainable.parameterCount()], -0.2, 0.2, 'float32', 1);
  policy.trainable.replaceWeights(flat as never);
  flat.dispose();
  await policy.save(folder);
});
afterEach(async () => {
  policy.dispose();
  await rm(root, { recursive: true });
});

async function failure(of: Promise<unknown> = Policy.load(folder)): Promise<UserError> {
  const error: unknown = await of.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

async function editConfig(fields: Record<string, unknown>): Promise<void> {
  const path = join(folder, 'adapter_config.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...fields }));
}

async function rewrite(change: (tensors: Map<string, NamedArray>) => void): Promise<void> {
  const path = join(folder, 'adapter_model.safetensors');
  const tensors = await readSafetensors(path);
  change(tensors);
  await writeFile(path, Buffer.concat(encodeSafetensors([...tensors.values()])));
}

const one = 'base_model.model.model.layers.1.mlp.up_proj.lora_A.weight';

it('loads what was saved, over the base that it names or is given, and saves it again byte for byte', async () => {
  const scores = await policy.score([5, 6, 7, 8]);
  const named = await Policy.load(folder);
  expect(await named.score([5, 6, 7, 8])).toEqual(scores);
  await named.save(join(root, 'again'));
  for (const file of ['adapter_config.json', 'adapter_model.safetensors'])
    expect(await readFile(join(root, 'again', file))).toEqual(await readFile(join(folder, file)));
  named.dispose();
  await rename(base, join(root, 'moved'));
  expect(await failure()).toMatchObject({
    field: 'base_model_name_or_path',
    message: expect.stringContaining(`the base of this adapter, "${base}", is not here`),
  });
  const given = await Policy.load(folder, { base: join(root, 'moved') });
  expect(await given.score([5, 6, 7, 8])).toEqual(scores);
  given.dispose();
});

it('saves the whole model once it is merged', async () => {
  const scores = await policy.score([5, 6, 7, 8]);
  policy.mergeAdapter();
  await policy.save(join(root, 'merged'));
  const merged = await Policy.load(join(root, 'merged'));
  (await merged.score([5, 6, 7, 8])).forEach((value, i) => expect(value).toBeCloseTo(scores[i] as number, 4));
  expect(merged.adapter).toBeNull();
  merged.dispose();
});

describe('names', () => {
  it('a tensor that is missing, of another shape, without a place or not finite', async () => {
    const before = policy.tf.memory().numTensors;
    await rewrite((tensors) => tensors.delete(one));
    expect((await failure()).message).toContain(`tensor ${one} of shape [3,32] is missing`);
    await rewrite((tensors) => tensors.set(one, { name: one, shape: [3, 16], values: new Float32Array(48) }));
    expect((await failure()).message).toContain(
      `${one} has shape [3,16], the model and adapter_config.json ask for [3,32]`,
    );
    const values = new Float32Array(96).fill(Number.NaN, 7, 8);
    await rewrite((tensors) => tensors.set(one, { name: one, shape: [3, 32], values }));
    expect((await failure()).message).toContain(`tensor ${one} holds NaN at index 7`);
    await editConfig({ layers_to_transform: [0] });
    expect((await failure()).message).toContain('4 tensors have no place in the model with this adapter_config.json');
    expect(policy.tf.memory().numTensors).toBe(before);
  });

  it('a base of another shape', async () => {
    const other = await smallPolicy({ hidden_size: 16 });
    await other.save(base);
    expect((await failure()).message).toContain('6 tensors have another shape');
    other.dispose();
  });

  it.each([
    [{ peft_type: 'IA3' }, 'peft_type "IA3"'],
    [{ use_dora: true }, 'use_dora true'],
    [{ bias: 'all' }, 'bias "all"'],
    [{ modules_to_save: ['lm_head'] }, 'modules_to_save ["lm_head"]'],
    [{ rank_pattern: { q_proj: 8 } }, 'rank_pattern {"q_proj":8}'],
    [{ init_lora_weights: 'pissa_niter_4' }, 'init_lora_weights "pissa_niter_4"'],
    [{ init_lora_weights: 'LoftQ' }, 'init_lora_weights "LoftQ"'],
    [{ init_lora_weights: 'lora_ga' }, 'init_lora_weights "lora_ga"'],
    [{ target_modules: ['q_proj', 'lm_head'] }, 'target_modules "lm_head"'],
    [{ target_modules: '(' }, 'target_modules "("'],
    [{ target_modules: 'nothing' }, 'target_modules "nothing"'],
    [{ layers_to_transform: 7 }, 'layers_to_transform 7'],
    [{ r: 0 }, 'r 0'],
    [{ lora_alpha: 'big' }, 'lora_alpha "big"'],
    [{ lora_dropout: 1 }, 'lora_dropout 1'],
  ])('the field of %j', async (fields, message) => {
    await editConfig(fields);
    expect((await failure()).message).toContain(`adapter_config.json: ${message} cannot be used`);
  });

  it('weights in another format', async () => {
    await rename(join(folder, 'adapter_model.safetensors'), join(folder, 'adapter_model.bin'));
    expect((await failure()).message).toContain('holds adapter_model.bin but no adapter_model.safetensors');
  });
});
