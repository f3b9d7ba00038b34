import { expect, it } from 'vitest';
import { cutWarning } from './served-policy.ts';

it('says how many answers were cut, where, and what gives them more room', () => {
  const warning = cutWarning({ answers: 2, of: 60, maxTokens: 256 });
  expect(warning).toContain('2 of 60 answers were cut at 256 tokens');
  expect(warning).toContain('--max-tokens');
});
