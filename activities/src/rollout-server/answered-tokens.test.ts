/** What is made of the answers of several programs: vLLM, new and old, llama.cpp, and servers that say only texts. */
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { loadTokenizer, type Tokenizer } from '@queryloop/policy';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensOfAnswer } from './answered-tokens.ts';
import { readCompletion } from './completion-answer.ts';
import { promptText } from './prompt-text.ts';
import { ServerFault } from './server-fault.ts';

const golden = join(import.meta.dirname, '../../../test/golden/fixtures/llama-tiny');
const END = 510;
let tokenizer: Tokenizer;
beforeAll(async () => {
  ({ tokenizer } = await loadTokenizer(golden));
});

const read = (choice: object, count?: number) =>
  tokensOfAnswer(
    readCompletion({ choices: [choice], ...(count !== undefined && { usage: { completion_tokens: count } }) }, 'it'),
    tokenizer,
  );

it('takes the ids that vLLM says', () => {
  const logprobs = { tokens: ['token_id:7', 'token_id:510'], token_logprobs: [-0.5, -0.25], top_logprobs: null };
  const choice = { text: 'x', finish_reason: 'stop', logprobs };
  const wanted = { ids: [7, END], samplingLogProbs: [-0.5, -0.25], finished: true };
  expect(read({ ...choice, token_ids: [7, END] }, 2)).toEqual(wanted);
  // before 0.10.2
  expect(read(choice, 2)).toEqual(wanted);
});

it('takes minus infinity and null for unknown', () => {
  const logprobs = { tokens: ['token_id:7', 'token_id:8', 'token_id:9'], token_logprobs: [-9999, null, -1] };
  expect(read({ text: 'x', finish_reason: 'length', logprobs }, 3)).toEqual({
    ids: [7, 8, 9],
    samplingLogProbs: [null, null, -1],
    finished: false,
  });
});

it('finds the tokens that llama.cpp joins into one character', () => {
  const [first, ...others] = tokenizer.encode('é');
  expect(others).toHaveLength(1);
  const content = [
    { id: 34, token: 'B', bytes: [66], logprob: -1 },
    { id: others[0], token: 'é', bytes: [195, 169], logprob: -2 },
    { id: END, token: '', bytes: [], logprob: -3 },
  ];
  expect(read({ text: 'Bé', finish_reason: 'stop', logprobs: { content } }, 4)).toEqual({
    ids: [34, first, others[0], END],
    samplingLogProbs: [-1, null, -2, -3],
    finished: true,
  });
});

it('reads texts again, and adds the end token that a server leaves out', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), fc.boolean(), (text, finished) => {
      const ids = tokenizer.encode(text, { bare: true });
      const answer = read({ text, finish_reason: finished ? 'stop' : 'length' });
      expect(answer.ids).toEqual(finished ? [...ids, END] : ids);
      expect(tokenizer.decode(answer.ids)).toBe(text);
      expect(answer.samplingLogProbs.every((each) => each === null)).toBe(true);
      expect(answer.samplingLogProbs).toHaveLength(answer.ids.length);
    }),
  );
});

describe('end tokens', () => {
  // as Llama 3 Instruct has them: the one that ends its answers is not the first
  const [OTHER, START] = [0, 509];
  const severalEnds = () => ({ ...tokenizer, eosIds: [OTHER, END] });
  const text = 'SELECT name';
  const ids = () => tokenizer.encode(text, { bare: true });
  const readEnds = (choice: object, endId?: number) =>
    tokensOfAnswer(
      readCompletion({ choices: [{ text, finish_reason: 'stop', ...choice }] }, 'it'),
      severalEnds(),
      endId,
    );

  it('takes the one that a server lists last by its text, with its log-probability where the tokens agree', () => {
    const pieces = ids().map((id) => tokenizer.decode([id]));
    const listed = (tokens: string[]) => ({ logprobs: { tokens, token_logprobs: tokens.map(() => -1) } });
    const answer = readEnds(listed([...pieces, '<|im_end|>']), OTHER);
    expect(answer.ids).toEqual([...ids(), END]);
    expect(answer.samplingLogProbs).toEqual(answer.ids.map(() => -1));
    const letters = readEnds(listed([...text, '<|im_end|>']), OTHER);
    expect(letters).toEqual({ ...answer, samplingLogProbs: answer.ids.map(() => null) });
    expect(readEnds({ ...listed(['<|im_end|>']), text: '' }, OTHER).ids).toEqual([END]);
  });

  it('adds the one that ends answers, or the first where none is known, to what a server only gives as text', () => {
    expect(readEnds({}, END).ids).toEqual([...ids(), END]);
    expect(readEnds({}).ids).toEqual([...ids(), OTHER]);
    expect(readEnds({ finish_reason: 'length' }, END).ids).toEqual(ids());
  });

  it('adds none to ids that end with one of the server’s own, and one to ids of just the text', () => {
    expect(readEnds({ token_ids: [...ids(), START] }, END).ids).toEqual([...ids(), START]);
    expect(readEnds({ token_ids: ids() }, END).ids).toEqual([...ids(), END]);
  });
});

it('takes over log-probabilities where the tokens are the same pieces of text, and else none', () => {
  const text = 'SELECT name';
  const pieces = tokenizer.encode(text).map((id) => tokenizer.decode([id]));
  const tokens = (list: string[]) => ({ tokens: list, token_logprobs: list.map((_, t) => -t - 1) });
  expect(read({ text, finish_reason: 'stop', logprobs: tokens(pieces) }).samplingLogProbs).toEqual([
    ...pieces.map((_, t) => -t - 1),
    null,
  ]);
  const letters = read({ text, finish_reason: 'stop', logprobs: tokens([...text]) });
  expect(letters.samplingLogProbs.every((each) => each === null)).toBe(true);
});

it('is never empty', () => {
  expect(read({ text: '', finish_reason: 'length' }).ids).toEqual([END]);
});

it('refuses tokens that the policy does not have', () => {
  const choice = { text: 'x', finish_reason: 'stop', token_ids: [512] };
  expect(() => read(choice)).toThrow(UserError);
  expect(() => read(choice)).toThrow('token 512 is not among the 511 of the policy');
});

it('takes an answer that is cut off or of another form for a fault', () => {
  const broken = [
    null,
    [],
    {},
    { choices: [] },
    { choices: [{ text: 'x', finish_reason: null }] },
    { choices: [{ text: 'x', finish_reason: 'abort' }] },
    { choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] },
    { error: 'busy' },
  ];
  for (const json of broken) expect(() => readCompletion(json, 'it')).toThrow(ServerFault);
});

it('writes a prompt as the text that has its tokens, special ones too', () => {
  const conversation = '<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n';
  expect(promptText(tokenizer.encode(conversation), tokenizer)).toBe(conversation);
  // two tokens that a tokenizer would join
  const apart = [...tokenizer.encode('S'), ...tokenizer.encode('ELECT')];
  expect(() => promptText(apart, tokenizer)).toThrow(UserError);
});
