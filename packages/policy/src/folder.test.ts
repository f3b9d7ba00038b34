/** Policy folders: what is saved loads as the same policy; what cannot be used is refused by name. */
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Policy } from './policy.ts';
import { encodeSafetensors, type NamedArray, readSafetensors } from './safetensors.ts';
import { goldenFolder, smallPolicy } from './test-policy.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function bytesOf(where: string): Promise<Record<string, string>> {
  const files = (await readdir(where)).sort();
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await readFile(join(where, file))).toString('base64')])),
  );
}

describe('save and load', () => {
  it('give the same policy and the same bytes', async () => {
    const policy = await smallPolicy({ rope_theta: 5000 });
    await policy.save(join(folder, 'first'));
    const again = await Policy.load(join(folder, 'first'));
    await again.save(join(folder, 'second'));
    expect(await bytesOf(join(folder, 'second'))).toEqual(await bytesOf(join(folder, 'first')));
    expect(again.config.rope).toEqual({ type: 'default', theta: 5000 });
    expect(await again.score([1, 2, 3, 4])).toEqual(await policy.score([1, 2, 3, 4]));
    expect(await readdir(join(folder, 'first'))).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it('keep the scores of a bfloat16 policy', async () => {
    const original = await Policy.load(goldenFolder.replace('llama-tiny', 'qwen2-tiny-bf16'));
    await original.save(folder);
    const again = await Policy.load(folder);
    const ids = original.tokenizer.encode('How many medals did Feng Yanzhe win?');
    expect(await again.score(ids)).toEqual(await original.score(ids));
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ architectures: ['Qwen2ForCausalLM'], dtype: 'float32', model_type: 'qwen2' });
  });

  it('make the same fresh policy from the same seed only', async () => {
    const weights = async (seed: number) =>
      (await smallPolicy({}, seed)).weightArrays().map(({ values }) => Array.from(values.slice(0, 5)));
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(2)).not.toEqual(await weights(1));
  });
});

describe('load', () => {
  const weightsFile = () => join(folder, 'model.safetensors');
  beforeEach(() => cp(goldenFolder, folder, { recursive: true }));

  async function rewrite(change: (tensors: Map<string, NamedArray>) => void): Promise<void> {
    const tensors = await readSafetensors(weightsFile());
    change(tensors);
    await writeFile(weightsFile(), Buffer.concat(encodeSafetensors([...tensors.values()])));
  }
  async function editConfig(fields: Record<string, unknown>): Promise<void> {
    const path = join(folder, 'config.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...fields }));
  }
  async function failure(): Promise<UserError> {
    const error = await Policy.load(folder).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }

  it('reads shards named by an index', async () => {
    const tensors = [...(await readSafetensors(weightsFile())).values()];
    const shards = { 'model-1.safetensors': tensors.slice(0, 9), 'model-2.safetensors': tensors.slice(9) };
    const weightMap: Record<string, string> = {};
    for (const [file, part] of Object.entries(shards)) {
      await writeFile(join(folder, file), Buffer.concat(encodeSafetensors(part)));
      for (const { name } of part) weightMap[name] = file;
    }
    const whole = await Policy.load(folder);
    await rm(weightsFile());
    await writeFile(
      join(folder, 'model.safetensors.index.json'),
      JSON.stringify({ metadata: {}, weight_map: weightMap }),
    );
    const sharded = await Policy.load(folder);
    expect(await sharded.score([5, 6, 7])).toEqual(await whole.score([5, 6, 7]));
    await rm(join(folder, 'model-2.safetensors'));
    expect((await failure()).message).toContain('names files that are not there: model-2.safetensors');
    const index = (map: Record<string, unknown>) =>
      writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    await index(Object.fromEntries(Object.keys(weightMap).map((name) => [name, 'model-1.safetensors'])));
    expect((await failure()).message).toContain('says that model-1.safetensors holds');
    await index({ ...weightMap, 'model.norm.weight': '../model-1.safetensors' });
    expect((await failure()).message).toContain('the file of model.norm.weight is "../model-1.safetensors"');
    await index({});
    expect((await failure()).message).toContain('has no weight_map');
  });

  it('prefers the whole file to shards beside it', async () => {
    const whole = await Policy.load(folder);
    const logProbs = await whole.score([5, 6, 7]);
    const changed = await readSafetensors(weightsFile());
    for (const { values } of changed.values()) values.fill(0);
    await writeFile(join(folder, 'model-1.safetensors'), Buffer.concat(encodeSafetensors([...changed.values()])));
    const weightMap = Object.fromEntries([...changed.keys()].map((name) => [name, 'model-1.safetensors']));
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
    expect(await (await Policy.load(folder)).score([5, 6, 7])).toEqual(logProbs);
  });

  it('names a missing tensor', async () => {
    await rewrite((tensors) => tensors.delete('model.layers.1.mlp.up_proj.weight'));
    expect(await failure()).toMatchObject({
      field: 'model.layers.1.mlp.up_proj.weight',
      message: expect.stringContaining('[160,64] is missing'),
    });
  });

  it('lists up to ten of many missing tensors, and their number', async () => {
    await editConfig({ num_hidden_layers: 5 });
    const { message } = await failure();
    expect(message).toContain('18 tensors are missing: model.layers.3.input_layernorm.weight of shape [64]; ');
    expect(message.split('model.layers.').length - 1).toBe(10);
    expect(message).toContain(' and 8 more');
  });

  it('names tensors that the architecture does not use', async () => {
    await editConfig({ num_hidden_layers: 2 });
    expect((await failure()).message).toContain('9 tensors have no place in a llama model');
    await editConfig({ num_hidden_layers: 3 });
    const extra = { shape: [8], values: new Float32Array(8) };
    const oldFrequencies = 'model.layers.0.self_attn.rotary_emb.inv_freq';
    await rewrite((tensors) => tensors.set(oldFrequencies, { ...extra, name: oldFrequencies }));
    (await Policy.load(folder)).dispose();
    const bias = 'model.layers.1.self_attn.q_proj.bias';
    await rewrite((tensors) => tensors.set(bias, { ...extra, name: bias }));
    expect((await failure()).message).toContain(`tensor ${bias} has no place in a llama model`);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('names the tensor that holds %d', async (value) => {
    await rewrite((tensors) => tensors.get('model.norm.weight')?.values.fill(value, 7, 8));
    expect(await failure()).toMatchObject({
      field: 'model.norm.weight',
      message: expect.stringContaining(`model.safetensors: tensor model.norm.weight holds ${value} at index 7`),
    });
  });

  it('unties a head that is stored with other values, and reads tied weights under either name', async () => {
    const untied = await Policy.load(folder);
    await editConfig({ tie_word_embeddings: true });
    const found = await Policy.load(folder);
    expect(await found.score([5, 6, 7])).toEqual(await untied.score([5, 6, 7]));
    await found.save(join(folder, 'saved'));
    const saved = JSON.parse(await readFile(join(folder, 'saved', 'config.json'), 'utf8'));
    expect(saved.tie_word_embeddings).toBe(false);

    const embedding = 'model.embed_tokens.weight';
    const head = 'lm_head.weight';
    await rewrite((tensors) => tensors.delete(head));
    const tied = await Policy.load(folder);
    expect(tied.weightSpecs.map(({ name }) => name)).not.toContain(head);
    await rewrite((tensors) => {
      tensors.set(head, { ...(tensors.get(embedding) as NamedArray), name: head });
      tensors.delete(embedding);
    });
    const byHead = await Policy.load(folder);
    expect(await byHead.score([5, 6, 7])).toEqual(await tied.score([5, 6, 7]));
  });

  it('refuses an end token outside the vocabulary', async () => {
    await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": [510, 600]}');
    expect((await failure()).message).toContain('eos_token_id 600 is not among the 512 tokens');
  });

  it('says what to do with pickled weights', async () => {
    await rm(weightsFile());
    await writeFile(join(folder, 'pytorch_model.bin'), '');
    expect((await failure()).message).toContain('holds pytorch_model.bin but no model.safetensors');
  });

  it('names a tensor of the wrong shape, found and expected', async () => {
    await editConfig({ intermediate_size: 128 });
    expect((await failure()).message).toContain(
      'model.layers.0.mlp.down_proj.weight has shape [64,160], config.json asks for [64,128]',
    );
  });

  it.each([100, 5000, 3])('refuses weights cut to %d bytes', async (size) => {
    await truncate(weightsFile(), size);
    expect((await failure()).message).toContain('not a whole safetensors file');
  });

  it('refuses a header that is not JSON', async () => {
    await writeFile(weightsFile(), Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('oops')]));
    expect((await failure()).message).toContain('header is not JSON');
  });

  it.each([
    [{ model_type: 'gpt2' }, 'model_type "gpt2"'],
    [{ rope_parameters: { rope_type: 'yarn' } }, 'factor is missing'],
    [{ rope_parameters: null, rope_scaling: { type: 'longrope', factor: 2 } }, 'rope_type "longrope"'],
    [{ quantization_config: { bits: 4 } }, 'quantization_config {"bits":4}'],
    [{ hidden_act: 'gelu' }, 'hidden_act "gelu"'],
    [{ num_key_value_heads: 3 }, 'num_key_value_heads 3'],
    [{ hidden_size: 'big' }, 'hidden_size is "big"'],
    [{ vocab_size: 400, tie_word_embeddings: true }, 'model.embed_tokens.weight has shape [512,64]'],
  ])('refuses config %j', async (fields, message) => {
    await editConfig(fields);
    expect((await failure()).message).toContain(message);
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])('names a missing %s', async (file) => {
    await rm(join(folder, file));
    expect((await failure()).message).toContain(file);
  });

  it('names a JSON file that is not JSON', async () => {
    await writeFile(join(folder, 'tokenizer.json'), '{"model": ');
    expect((await failure()).message).toContain('tokenizer.json is not valid JSON');
  });
});
