import { Tokenizer } from '@huggingface/tokenizers';
import { expect, it } from 'vitest';
import { athletesSchema } from '../databases/schema.ts';
import { grammarSampler } from '../grammar/sample-pairs.ts';
import { athletesWordList } from '../grammar/word-list.ts';
import { linkedPrompt } from '../prompts/linked-prompt.ts';
import { learnTokenizer } from './learn-tokenizer.ts';

const sample = grammarSampler(athletesSchema, athletesWordList());
const pairs = Array.from({ length: 4000 }, (_, i) => sample(1, i));
const learned = learnTokenizer(
  pairs.map(({ question }) => linkedPrompt(question)),
  pairs.map(({ sql }) => sql),
  1024,
);
const tokenizer = new Tokenizer(learned.tokenizer, learned.config);

it('gives back every text it encodes and writes a query in few tokens', () => {
  const texts = [
    ...pairs.slice(0, 500).map(({ sql }) => sql),
    linkedPrompt('how many {type} did {athlete} win ?'),
    'SELECT wholly_unknown FROM "x"',
    'xyzzy \n  two',
  ];
  for (const text of texts)
    expect(tokenizer.decode(tokenizer.encode(text).ids, { skip_special_tokens: false })).toBe(text);
  const lengths = pairs.slice(0, 500).map(({ sql }) => tokenizer.encode(sql).ids.length);
  expect(lengths.reduce((a, b) => a + b) / lengths.length).toBeLessThan(12);
});

it('keeps the boundary between prompt and query', () => {
  const { question, sql } = pairs[0] as (typeof pairs)[number];
  const prompt = linkedPrompt(question);
  expect(tokenizer.encode(prompt + sql).ids).toEqual([...tokenizer.encode(prompt).ids, ...tokenizer.encode(sql).ids]);
});

it('holds to the size it is given and learns the same every time', () => {
  const again = learnTokenizer(
    pairs.map(({ question }) => linkedPrompt(question)),
    pairs.map(({ sql }) => sql),
    1024,
  );
  expect(again).toEqual(learned);
  expect(learned.vocabularySize).toBeLessThanOrEqual(1024);
});
