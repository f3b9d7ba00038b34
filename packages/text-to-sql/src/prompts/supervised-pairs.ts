/** Reads what a policy is to learn from a JSONL file: a prompt in one of three forms, and what to write for it. */
import type { ChatMessage } from './chat-template.ts';
import { type JsonLinesOptions, type JsonObject, readJsonLines, textIn } from './json-lines.ts';

export interface SupervisedPair {
  /** A text as it is, a question that the prompt is written for, or a conversation for the chat template. */
  prompt: { text: string } | { question: string } | { messages: ChatMessage[] };
  /** What the policy is to write. */
  completion: string;
  /** Line of the file, from 1. */
  line: number;
}

const options: JsonLinesOptions = {
  field: 'warmStart.pairs',
  hint: 'Each line is a JSON object with "prompt", "question" or "messages", and "sql" or "completion": {"question": "…", "sql": "SELECT …"}.',
};

const roles: readonly unknown[] = ['system', 'user', 'assistant'];

/** All pairs of the file, in its order. Throws UserError naming the lines that cannot be used. */
export function readSupervisedPairs(path: string): SupervisedPair[] {
  return readJsonLines(path, options, (object, line) => {
    const prompt = promptOf(object);
    if (typeof prompt === 'string') return prompt;
    // the last turn of a conversation may be what is to be written
    const last = 'messages' in prompt ? prompt.messages.at(-1) : undefined;
    const isAnswered = last?.role === 'assistant';
    const given = ['sql', 'completion'].filter((name) => present(object, name));
    if (given.length + Number(isAnswered) > 1)
      return `says twice what to write: ${[...given, ...(isAnswered ? ['the last message'] : [])].join(' and ')}`;
    if (isAnswered && 'messages' in prompt)
      return { prompt: { messages: prompt.messages.slice(0, -1) }, completion: last.content, line };
    const completion = textIn(object, given[0] ?? 'sql');
    return 'problem' in completion ? completion.problem : { prompt, completion: completion.text, line };
  });
}

function promptOf(object: JsonObject): SupervisedPair['prompt'] | string {
  const given = ['prompt', 'question', 'messages'].filter((name) => present(object, name));
  if (given.length === 0)
    return `none of "prompt", "question" and "messages" is there (found: ${Object.keys(object).slice(0, 8).join(', ') || 'nothing'})`;
  if (given.length > 1) return `has ${given.map((name) => `"${name}"`).join(' and ')}; one of them is expected`;
  if (given[0] === 'messages' || Array.isArray(object['prompt'])) return messagesOf(object[given[0] as string]);
  const name = given[0] as 'prompt' | 'question';
  const found = textIn(object, name);
  if ('problem' in found) return found.problem;
  return name === 'prompt' ? { text: found.text } : { question: found.text.trim() };
}

function messagesOf(value: unknown): { messages: ChatMessage[] } | string {
  if (!Array.isArray(value) || value.length === 0) return '"messages" is no list of messages';
  for (const [i, message] of value.entries()) {
    const { role, content } = (message ?? {}) as Record<string, unknown>;
    if (!roles.includes(role)) return `message ${i + 1} has role ${JSON.stringify(role)}; allowed: ${roles.join(', ')}`;
    if (typeof content !== 'string' || content.trim() === '') return `message ${i + 1} has no text in "content"`;
  }
  const messages = value.map(({ role, content }: ChatMessage) => ({ role, content }));
  if (messages[0]?.role === 'assistant') return 'the conversation begins with the assistant';
  return { messages };
}

const present = (object: JsonObject, name: string): boolean => object[name] !== undefined && object[name] !== null;
