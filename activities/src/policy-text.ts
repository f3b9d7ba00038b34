/** Turns prompts and what is to be written for them into the tokens of a policy, through its chat template where there is one. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import type { Tokenizer } from '@queryloop/policy';
import {
  behindThoughts,
  type ChatMessage,
  type ChatTemplate,
  openChatTemplate,
  thoughtsOpenedBy,
} from '@queryloop/text-to-sql';
import { z } from 'zod';
import { chatIds, textIds } from './repair/message-ids.ts';

/** A text as it is, or a conversation. */
export type PromptText = { text: string } | { messages: ChatMessage[] };

export interface PolicyText {
  /** Whether there is a template for conversations. */
  chats: boolean;
  /** Token ids of a prompt. Throws UserError for a conversation when there is no template, and when the template refuses it. */
  promptIds(prompt: PromptText): number[];
  /** The tag of reasoning that the prompt opens; empty where it opens none. */
  thoughtsOpenedBy(prompt: PromptText): string;
  /** Token ids of a completion of the prompt, its end token included; behind the end of reasoning that the prompt opens. */
  completionIds(prompt: PromptText, completion: string): number[];
  /** Token ids of what follows a completion whose query failed: the message, and the beginning of the next completion. */
  messageIds(prompt: PromptText, message: string): number[];
}

export function policyText(tokenizer: Tokenizer, template: ChatTemplate | null): PolicyText {
  const { eosIds } = tokenizer;
  const ended = (ids: readonly number[]): number[] => {
    const end = ids.findIndex((id) => eosIds.includes(id));
    return end >= 0 ? ids.slice(0, end + 1) : [...ids, eosIds[0] ?? 0];
  };
  const render = (messages: readonly ChatMessage[], answering: boolean): string => {
    if (template !== null) return template.render(messages, { answering });
    throw new UserError({
      message: 'a conversation needs a chat template, and the policy has none',
      field: 'policy.folder',
      hint: 'Give a policy with chat_template.jinja or a chat_template in tokenizer_config.json, or prompts as texts.',
    });
  };
  const textOf = (prompt: PromptText): string => ('text' in prompt ? prompt.text : render(prompt.messages, true));
  const opened = (prompt: PromptText): string => thoughtsOpenedBy(textOf(prompt));
  // a prompt is asked for again with each of its completions
  const known = new WeakMap<PromptText, number[]>();
  const promptIds = (prompt: PromptText): number[] => {
    const ids =
      known.get(prompt) ??
      // a template writes special tokens itself
      tokenizer.encode(textOf(prompt), { bare: !('text' in prompt) });
    known.set(prompt, ids);
    return ids;
  };
  const wholeIds = (prompt: PromptText, completion: string): number[] =>
    'text' in prompt
      ? tokenizer.encode(prompt.text + completion)
      : tokenizer.encode(render([...prompt.messages, { role: 'assistant', content: completion }], false), {
          bare: true,
        });
  return {
    chats: template !== null,
    promptIds,
    thoughtsOpenedBy: opened,
    completionIds(prompt, completion) {
      const answer = behindThoughts(opened(prompt), completion);
      const [before, whole] = [promptIds(prompt), wholeIds(prompt, answer)];
      const goesOn = whole.length > before.length && before.every((id, i) => id === whole[i]);
      // tokens may reach over the border, and templates write past answers otherwise than the one to come
      return ended(goesOn ? whole.slice(before.length) : tokenizer.encode(answer, { bare: true }));
    },
    messageIds: (prompt, message) =>
      'text' in prompt || template === null
        ? textIds(tokenizer, message, opened(prompt))
        : chatIds({ tokenizer, template }, prompt.messages, message),
  };
}

/** File of a policy's folder with its chat template. */
const chatTemplateFile = 'chat_template.jinja';
/** Holds it in folders of older versions. */
const tokenizerConfigFile = 'tokenizer_config.json';

/** The chat template of a policy's folder; null where it has none. Throws UserError for one that cannot be read. */
export async function readChatTemplate(folder: string): Promise<ChatTemplate | null> {
  const [config, template] = await Promise.all(
    [tokenizerConfigFile, chatTemplateFile].map((file) => readOptional(join(folder, file))),
  );
  return openChatTemplate({ tokenizerConfig: parseConfig(config ?? '{}', folder), template: template ?? null });
}

function parseConfig(text: string, folder: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new UserError({
      message: `${join(folder, tokenizerConfigFile)} is not a JSON object`,
      field: tokenizerConfigFile,
      hint: 'Copy or download it again.',
    });
  }
}

/** Takes the chat template from one folder of a policy to another. */
export async function copyChatTemplate(from: string, to: string): Promise<void> {
  const template = await readOptional(join(from, chatTemplateFile));
  if (template !== null) await writeFile(join(to, chatTemplateFile), template);
}

/** Content of a text file; null when it is not there. */
async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
