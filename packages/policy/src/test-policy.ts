/** The small policies and batches that tests of this package share. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Policy } from './policy.ts';
import { keyedUniform } from './random.ts';

export const goldenFolder = fileURLToPath(new URL('../../../test/golden/fixtures/llama-tiny', import.meta.url));

const tokenizerJson = JSON.parse(readFileSync(`${goldenFolder}/tokenizer.json`, 'utf8')) as Record<string, unknown>;

export const smallConfig = {
  model_type: 'llama',
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 48,
  vocab_size: 512,
  max_position_embeddings: 64,
  tie_word_embeddings: true,
  eos_token_id: 510,
  pad_token_id: 0,
};

export function smallPolicy(overrides: Record<string, unknown> = {}, seed = 1): Promise<Policy> {
  return Policy.create({ config: { ...smallConfig, ...overrides }, tokenizerJson, seed });
}

/** `length` token ids below 500, determined by `key`. */
export function someIds(length: number, ...key: number[]): number[] {
  return Array.from({ length }, (_, i) => Math.floor(keyedUniform([...key, i]) * 500));
}

/** Groups of unequal sizes with prompts and completions of unequal lengths, down to one token and none. */
export const raggedGroups = [
  { promptIds: someIds(7, 1), completions: [someIds(3, 2), someIds(12, 3), someIds(1, 4), someIds(20, 5)] },
  { promptIds: someIds(1, 6), completions: [someIds(5, 7)] },
  {
    promptIds: someIds(11, 8),
    completions: [someIds(9, 9), [], someIds(4, 10), someIds(2, 11), someIds(6, 12), someIds(8, 13)],
  },
];
