/** Chat templates against what transformers renders (test/golden/make_chat_renderings.py), and the conversation of llama-tiny. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { type ChatMessage, openChatTemplate } from './chat-template.ts';

const fixtures = join(import.meta.dirname, '../../../../test/golden/fixtures');
const text = (path: string): string => readFileSync(join(fixtures, path), 'utf8');
const json = <T>(path: string): T => JSON.parse(text(path)) as T;

interface Renderings {
  tokens: Record<string, string>;
  conversations: Record<string, ChatMessage[]>;
  cases: {
    template: string;
    conversation: string;
    answering: boolean;
    text?: string;
    ids?: number[];
    refused?: string;
  }[];
}

const { tokens, conversations, cases } = json<Renderings>('chat/renderings.json');
const tokenizerConfig = json<Record<string, unknown>>('llama-tiny/tokenizer_config.json');
const tokenizer = new Tokenizer(json<object>('llama-tiny/tokenizer.json'), tokenizerConfig);
const idsOf = (rendered: string): number[] => tokenizer.encode(rendered, { add_special_tokens: false }).ids;

test.each(cases)(
  '$template, $conversation, answering: $answering',
  ({ template, conversation, answering, ...expected }) => {
    // as tokenizer_config.json holds it in folders of older versions, among others, and as a file of its own
    const source = text(`chat/templates/${template}`);
    const named = [
      { name: 'tools', template: 'other' },
      { name: 'default', template: source },
    ];
    for (const files of [
      { tokenizerConfig: { ...tokenizerConfig, ...tokens }, template: source },
      { tokenizerConfig: { ...tokenizerConfig, ...tokens, chat_template: source }, template: null },
      {
        tokenizerConfig: {
          ...tokenizerConfig,
          ...tokens,
          bos_token: { content: tokens['bos_token'] },
          chat_template: named,
        },
        template: null,
      },
    ]) {
      const chat = openChatTemplate(files);
      const render = () => chat?.render(conversations[conversation] ?? [], { answering });
      if (expected.refused !== undefined) {
        expect(render).toThrow(expected.refused);
        continue;
      }
      expect(render()).toBe(expected.text);
      expect(idsOf(expected.text ?? '')).toEqual(expected.ids);
    }
  },
);

test('the conversation of llama-tiny', () => {
  const { chat } = json<{ chat: { messages: ChatMessage[]; text: string; input_ids: number[] } }>(
    'llama-tiny/expected.json',
  );
  const template = openChatTemplate({ tokenizerConfig, template: text('llama-tiny/chat_template.jinja') });
  const rendered = template?.render(chat.messages, { answering: true });
  expect(rendered).toBe(chat.text);
  expect(idsOf(rendered ?? '')).toEqual(chat.input_ids);
});

test('a template that asks for the date gets the same one every day', () => {
  const template = "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%A %-d %B') }}";
  const chat = openChatTemplate({ tokenizerConfig: {}, template });
  expect(chat?.render([], { answering: true })).toBe('26 Jul 2024 Friday 26 July');
});

test('a folder without a template has none, and one that is no Jinja is named', () => {
  expect(openChatTemplate({ tokenizerConfig: {}, template: null })).toBeNull();
  expect(() => openChatTemplate({ tokenizerConfig: {}, template: '{% for m in %}' })).toThrow(/chat template/);
});
