import { expect, it } from 'vitest';
import { cutWarnings } from './served-policy.ts';

it('says how many answers were cut, where, and what gives them more room', () => {
  const [warning, ...others] = cutWarnings({ answers: 2, prompts: 0, of: 60, maxTokens: 256 });
  expect(warning).toContain('2 of 60 answers were cut at 256 tokens');
  expect(warning).toContain('--max-tokens');
  expect(others).toEqual([]);
});

it('says how many prompts the server may have cut, and what keeps it from that', () => {
  const [warning, ...others] = cutWarnings({ answers: 0, prompts: 60, of: 60, maxTokens: 256 });
  expect(warning).toContain('of 60 of 60 prompts');
  expect(warning).toContain('OLLAMA_CONTEXT_LENGTH');
  expect(others).toEqual([]);
  expect(cutWarnings({ answers: 0, prompts: 0, of: 60, maxTokens: 256 })).toEqual([]);
});
