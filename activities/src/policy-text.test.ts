/** Tokens of prompts and of what is written for them, with a chat template and without one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Policy } from '@queryloop/policy';
import { openChatTemplate } from '@queryloop/text-to-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyChatTemplate, policyText, readChatTemplate } from './policy-text.ts';

const golden = join(import.meta.dirname, '../../test/golden/fixtures/llama-tiny');
const END = 510;
const messages = [{ role: 'user' as const, content: 'How many?' }];

let policy: Policy;
beforeAll(async () => {
  policy = await Policy.load(golden);
});
afterAll(() => policy.dispose());

it('goes on a conversation as its template does, up to the first end token', async () => {
  const { encode } = policy.tokenizer;
  const text = policyText(policy.tokenizer, await readChatTemplate(golden));
  const prompt = encode('<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n');
  expect(text.promptIds({ messages })).toEqual(prompt);
  expect(text.completionIds({ messages }, 'SELECT 1')).toEqual([...encode('SELECT 1'), END]);
});

it('goes on a text, tokens over the border included in the prompt as they are', () => {
  const text = policyText(policy.tokenizer, null);
  for (const before of ['SQL:\n', 'SQL: ', 'SEL', '']) {
    const ids = text.completionIds({ text: before }, 'SELECT name FROM t');
    expect(ids.at(-1)).toBe(END);
    expect(policy.tokenizer.decode(ids)).toBe('SELECT name FROM t');
  }
});

it('takes what is to be written by itself where a template writes past answers otherwise', () => {
  const template =
    '{% for m in messages %}{{ m.role }}: {{ m.content | upper }}\n{% endfor %}{% if add_generation_prompt %}now: {% endif %}';
  const text = policyText(policy.tokenizer, openChatTemplate({ tokenizerConfig: {}, template }));
  expect(text.completionIds({ messages }, 'select 1')).toEqual([...policy.tokenizer.encode('select 1'), END]);
});

it('ends reasoning that the prompt opens before what is to be written', () => {
  const { encode } = policy.tokenizer;
  const template =
    '{% for m in messages %}{{ m.role }}: {{ m.content.split("</think>")[-1] }}\n{% endfor %}{% if add_generation_prompt %}assistant: <think>\n{% endif %}';
  const ofTemplate = policyText(policy.tokenizer, openChatTemplate({ tokenizerConfig: {}, template }));
  const plain = policyText(policy.tokenizer, null);
  for (const [text, prompt] of [
    [ofTemplate, { messages }],
    [plain, { text: 'How many? <think>\n' }],
  ] as const) {
    expect(text.thoughtsOpenedBy(prompt)).toBe('<think>\n');
    const written = (completion: string) => policy.tokenizer.decode(text.completionIds(prompt, completion));
    expect(written('SELECT 1')).toBe('</think>\n\nSELECT 1');
    // with reasoning of its own, the tag is not written twice
    expect(written('<think>one</think>SELECT 1')).toBe('one</think>SELECT 1');
    expect(written('one</think>SELECT 1')).toBe('one</think>SELECT 1');
  }
  expect(policy.tokenizer.decode(plain.messageIds({ text: 'How many? <think>\n' }, 'no'))).toMatch(/SQL:\n<think>\n$/);
  expect(plain.thoughtsOpenedBy({ text: '<think>none</think> ' })).toBe('');
  expect(plain.completionIds({ text: '<think>none</think> ' }, 'SELECT 1')).toEqual([...encode('SELECT 1'), END]);
});

it('says that a conversation needs a template', () => {
  const text = policyText(policy.tokenizer, null);
  expect(() => text.promptIds({ messages })).toThrow(/needs a chat template/);
});

it('copies the template of a folder, and nothing where there is none', async () => {
  const [one, other] = ['queryloop-a-', 'queryloop-b-'].map((name) => mkdtempSync(join(tmpdir(), name))) as [
    string,
    string,
  ];
  try {
    await copyChatTemplate(golden, one);
    expect(readFileSync(join(one, 'chat_template.jinja'))).toEqual(readFileSync(join(golden, 'chat_template.jinja')));
    expect(await readChatTemplate(one)).not.toBeNull();
    await copyChatTemplate(other, one);
    expect(await readChatTemplate(other)).toBeNull();
  } finally {
    for (const folder of [one, other]) rmSync(folder, { recursive: true });
  }
});

it('names a tokenizer_config.json that is no JSON object', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-template-'));
  try {
    for (const text of ['{"chat_template": ', 'null', '[]']) {
      writeFileSync(join(folder, 'tokenizer_config.json'), text);
      await expect(readChatTemplate(folder)).rejects.toMatchObject({
        name: 'UserError',
        field: 'tokenizer_config.json',
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
