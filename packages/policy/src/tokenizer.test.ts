/** What a tokenizer adds to a text, and when it must not. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseModelConfig } from './model-config.ts';
import { goldenFolder, smallConfig } from './test-policy.ts';
import { buildTokenizer } from './tokenizer.ts';

it('puts its own tokens around a text, unless the text is to stay bare', () => {
  const json = JSON.parse(readFileSync(`${goldenFolder}/tokenizer.json`, 'utf8')) as Record<string, unknown>;
  const begin = { SpecialToken: { id: '<|im_start|>', type_id: 0 } };
  const post_processor = {
    type: 'TemplateProcessing',
    single: [begin, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [begin, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '<|im_start|>': { id: '<|im_start|>', ids: [509], tokens: ['<|im_start|>'] } },
  };
  const files = { tokenizer: { ...json, post_processor }, tokenizerConfig: {}, generationConfig: null };
  const tokenizer = buildTokenizer(files, parseModelConfig(smallConfig));
  const bare = tokenizer.encode('SELECT 1', { bare: true });
  expect(bare).not.toContain(509);
  expect(tokenizer.encode('SELECT 1')).toEqual([509, ...bare]);
  expect(tokenizer.encode('<|im_start|>SELECT 1', { bare: true })).toEqual([509, ...bare]);
});
