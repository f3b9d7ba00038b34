/** The message between two turns, in tokens: what the chat template would write in its place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Policy } from '@queryloop/policy';
import { type ChatMessage, type ChatTemplate, openChatTemplate } from '@queryloop/text-to-sql';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policyText, readChatTemplate } from '../policy-text.ts';
import { chatIds, fitMessage, lineIds, longestMessage } from './message-ids.ts';

const golden = join(import.meta.dirname, '../../../test/golden/fixtures/llama-tiny');
const END = 510;
const templates = join(import.meta.dirname, '../../../test/golden/fixtures/chat/templates');

let policy: Policy;
beforeAll(async () => {
  policy = await Policy.load(golden);
});
afterAll(() => policy.dispose());

it('goes on a conversation as its template writes it, behind the end token of the answer', async () => {
  const { tokenizer } = policy;
  const text = policyText(tokenizer, await readChatTemplate(golden));
  const prompt: ChatMessage[] = [
    { role: 'system', content: 'You write SQL, such as SELECT 17;' },
    { role: 'user', content: 'How many?' },
  ];
  const message = 'syntax error: brackets do not match';
  const told = { role: 'user' as const, content: `The query failed (${message}). Answer with a query that runs.` };
  const conversation = [...prompt, { role: 'assistant' as const, content: 'SELECT (1' }, told];
  const ids = [
    ...text.promptIds({ messages: prompt }),
    ...tokenizer.encode('SELECT (1', { bare: true }),
    END,
    ...text.messageIds({ messages: prompt }, message),
  ];
  expect(ids).toEqual(text.promptIds({ messages: conversation }));
});

it('keeps what a template writes behind answers when it is no end token', () => {
  const { tokenizer } = policy;
  const template = openChatTemplate({
    tokenizerConfig: {},
    template:
      '{% for m in messages %}{{ m.role }}: {{ m.content }}[end]\n{% endfor %}{% if add_generation_prompt %}now: {% endif %}',
  });
  const ids = chatIds({ tokenizer, template: template as NonNullable<typeof template> }, [], 'no');
  expect(tokenizer.decode(ids)).toBe('[end]\nuser: The query failed (no). Answer with a query that runs.[end]\nnow: ');
});

it.each(readdirSync(templates))('goes on in %s', (name) => {
  const { tokenizer } = policy;
  const template = openChatTemplate({
    tokenizerConfig: { bos_token: '<s>', eos_token: '</s>' },
    template: readFileSync(join(templates, name), 'utf8'),
  }) as ChatTemplate;
  const written = tokenizer.decode(chatIds({ tokenizer, template }, [{ role: 'user', content: 'How many?' }], 'no'));
  expect(written).toContain('The query failed (no). Answer with a query that runs.');
  expect(written).not.toContain('SELECT 17;');
  expect(written).not.toContain('How many?');
});

it('refuses a template that drops what the policy wrote', () => {
  const { tokenizer } = policy;
  const template = openChatTemplate({ tokenizerConfig: {}, template: '{{ messages[-1].content }}' }) as ChatTemplate;
  expect(() => chatIds({ tokenizer, template }, [], 'no')).toThrow(/leaves out or changes messages/);
});

it('is a line for the policy made here, and a label for a query after plain text', () => {
  const { tokenizer } = policy;
  expect(tokenizer.decode(lineIds(tokenizer, 'no'))).toBe('\nerror: no\n');
  const text = policyText(tokenizer, null);
  expect(tokenizer.decode(text.messageIds({ text: 'Question' }, 'no'))).toBe(
    '\n\nThe query failed: no\nWrite a query that runs.\nSQL:\n',
  );
});

it('is cut where it is too long, never within a character', () => {
  const { tokenizer } = policy;
  const explanation = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(explanation, (whole) => {
      const text = fitMessage(tokenizer, whole);
      expect(tokenizer.encode(text, { bare: true }).length).toBeLessThanOrEqual(longestMessage);
      if (text !== whole) expect(whole.startsWith(text.slice(0, -1))).toBe(true);
      expect(Buffer.from(text).toString()).toBe(text);
    }),
    { numRuns: 50 },
  );
});
