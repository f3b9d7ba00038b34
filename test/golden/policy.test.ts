/** The policy against transformers: token ids, log-probabilities, logits and greedy tokens of two small models. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Policy } from '@queryloop/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestGap } from './largest-gap.ts';

interface Case {
  text: string;
  input_ids: number[];
  token_logprobs: number[];
  last_logits: number[];
  greedy_24: number[];
  greedy_text: string;
}

describe.each(['llama-tiny', 'qwen2-tiny-bf16'])('%s', (name) => {
  const folder = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  const { cases } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as { cases: Case[] };
  let policy: Policy;
  beforeAll(async () => {
    policy = await Policy.load(folder);
  });
  afterAll(() => policy.dispose());

  it.each(cases)(
    'agrees on "$text"',
    async ({ text, input_ids, token_logprobs, last_logits, greedy_24, greedy_text }) => {
      expect(policy.tokenizer.encode(text)).toEqual(input_ids);
      expect(largestGap(await policy.score(input_ids), token_logprobs)).toBeLessThan(1e-3);
      expect(largestGap(await policy.lastLogits(input_ids), last_logits)).toBeLessThan(1e-3);
      const [group] = await policy.generate({
        groups: [{ promptIds: input_ids, samples: 1, key: [0] }],
        maxTokens: 24,
        temperature: 0,
        seedKey: [0],
      });
      expect(group?.completions[0]?.ids).toEqual(greedy_24);
      expect(policy.tokenizer.decode(greedy_24)).toBe(greedy_text);
    },
  );
});
