/** What is read from config.json: architectures, rotary scalings in both spellings, contexts, windows. */
import { UserError } from '@queryloop/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseModelConfig } from './model-config.ts';
import { frequencies } from './rope.ts';
import { smallConfig } from './test-policy.ts';

const parse = (fields: Record<string, unknown>) => parseModelConfig({ ...smallConfig, ...fields });

it.each([
  ['llama', {}, [], false, null],
  ['llama', { attention_bias: true }, ['k_proj', 'o_proj', 'q_proj', 'v_proj'], false, null],
  ['llama', { mlp_bias: true }, ['down_proj', 'gate_proj', 'up_proj'], false, null],
  ['qwen2', { sliding_window: 16 }, ['k_proj', 'q_proj', 'v_proj'], false, null],
  ['qwen2', { use_sliding_window: true, max_window_layers: 0 }, ['k_proj', 'q_proj', 'v_proj'], false, 4096],
  ['qwen3', {}, [], true, null],
  ['qwen3', { attention_bias: true, mlp_bias: true }, ['k_proj', 'o_proj', 'q_proj', 'v_proj'], true, null],
  ['mistral', {}, [], false, 4096],
  ['mistral', { sliding_window: null, attention_bias: true }, [], false, null],
])('%s with %j', (model_type, fields, biases, headNorms, window) => {
  const config = parse({ model_type, ...fields });
  expect([...config.biases].sort()).toEqual(biases);
  expect(config.headNorms).toBe(headNorms);
  expect(config.windows).toEqual([window, window]);
});

it('has as many key and value heads as heads where a config says null, and the family’s number where it says nothing', () => {
  const { num_key_value_heads: _, ...unsaid } = smallConfig as Record<string, unknown>;
  expect(parse({ model_type: 'qwen2', num_key_value_heads: null }).keyValueHeads).toBe(smallConfig.num_attention_heads);
  expect(parseModelConfig({ ...unsaid, model_type: 'mistral', num_attention_heads: 16 }).keyValueHeads).toBe(8);
  expect(parseModelConfig(unsaid).keyValueHeads).toBe(smallConfig.num_attention_heads);
});

it('ends texts with the family’s token where a config says nothing', () => {
  const { eos_token_id: _, ...unsaid } = smallConfig as Record<string, unknown>;
  expect(parseModelConfig(unsaid).eosIds).toEqual([2]);
  expect(parseModelConfig({ ...unsaid, model_type: 'qwen2' }).eosIds).toEqual([]);
  expect(parseModelConfig({ ...unsaid, eos_token_id: null }).eosIds).toEqual([]);
});

it('gives heads their size: of the config, 128 in Qwen3, else the width shared out', () => {
  expect(parse({ model_type: 'qwen3' }).headSize).toBe(128);
  expect(parse({ model_type: 'qwen3', head_dim: 16 }).headSize).toBe(16);
  expect(parse({ model_type: 'mistral', head_dim: null }).headSize).toBe(8);
});

it.each([
  ['none', {}, 64],
  ['linear', { rope_scaling: { type: 'linear', factor: 4 } }, 256],
  ['dynamic', { rope_scaling: { type: 'dynamic', factor: 2.5 } }, 160],
  [
    'yarn over the stated context',
    { rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 64 } },
    256,
  ],
  ['yarn within it', { rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 16 } }, 64],
  [
    'llama3',
    {
      rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
      original_max_position_embeddings: 8,
    },
    64,
  ],
])('knows the context with rotary scaling: %s', (_, fields, context) => {
  expect(parse(fields).maxPositions).toBe(context);
});

it('reads rotary fields of transformers 4 and 5 alike', () => {
  const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 };
  const old = parse({ rope_theta: 500_000, rope_scaling: { ...scaling, type: 'llama3' } });
  const recent = parse({ rope_parameters: { ...scaling, rope_theta: 500_000, rope_type: 'llama3' } });
  expect(recent.rope).toEqual(old.rope);
  expect(old.rope).toMatchObject({ type: 'llama3', theta: 500_000, originalPositions: 32 });
});

it('takes frequencies as rounded only where a config says so, or was cast when it was written', () => {
  expect(parse({ torch_dtype: 'bfloat16' }).ropeFormat).toBe('float32');
  expect(parse({ dtype: 'bfloat16' }).ropeFormat).toBe('bfloat16');
  expect(parse({ dtype: 'bfloat16', rope_frequency_dtype: 'float32' }).ropeFormat).toBe('float32');
});

it('never raises a frequency by scaling, and leaves the first one to all but linear', () => {
  const kinds = ['linear', 'dynamic', 'llama3', 'yarn'];
  const scaling = fc.record({ kind: fc.constantFrom(...kinds), factor: fc.integer({ min: 2, max: 32 }) });
  fc.assert(
    fc.property(scaling, fc.integer({ min: 3, max: 6 }), fc.nat(500), ({ kind, factor }, power, length) => {
      const theta = 10 ** power;
      const fields = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
      const { rope } = parse({ rope_theta: theta, rope_scaling: { ...fields, type: kind, factor } });
      const plain = frequencies({ type: 'default', theta }, 16);
      const scaled = frequencies(rope, 16, length);
      scaled.forEach((frequency, pair) => {
        expect(frequency).toBeLessThanOrEqual((plain[pair] as number) * (1 + 1e-12));
        expect(frequency).toBeGreaterThan(0);
      });
      expect(scaled[0]).toBeCloseTo(kind === 'linear' ? 1 / factor : 1, 12);
    }),
    { seed: 3 },
  );
});

it.each([
  [{ model_type: 'gemma' }, 'model_type "gemma" is not supported'],
  [{ model_type: undefined }, 'model_type null is not supported'],
  [{ rope_scaling: { type: 'linear' } }, 'factor is missing'],
  [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor 0.5 is not supported'],
  [{ model_type: 'mistral', sliding_window: 0 }, 'sliding_window is 0; expected a positive integer'],
  [
    { model_type: 'qwen2', use_sliding_window: true, layer_types: ['full_attention'] },
    'layer_types ["full_attention"]',
  ],
  [
    { model_type: 'qwen3', use_sliding_window: true, layer_types: ['full_attention', 'chunked_attention'] },
    'layer_types "chunked_attention"',
  ],
])('refuses %j', (fields, message) => {
  expect(() => parse(fields)).toThrow(UserError);
  expect(() => parse(fields)).toThrow(message);
});
