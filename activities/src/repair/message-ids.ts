/**
 * What stands between a query that failed and the next one, in tokens: the database's message, as a user's turn of the chat template
 * where prompts are conversations, else as a line of text. The policy writes none of it.
 */
import { UserError } from '@queryloop/contracts';
import type { Tokenizer } from '@queryloop/policy';
import type { ChatMessage, ChatTemplate } from '@queryloop/text-to-sql';

/** Most tokens of a message, its frame not counted: a template's marks, or a few words around it. */
export const longestMessage = 64;

/** The explanation, its end left out where it is too long for a tokenizer. */
export function fitMessage(tokenizer: Pick<Tokenizer, 'encode'>, explanation: string): string {
  let kept = [...explanation];
  const text = () => (kept.length < [...explanation].length ? `${kept.join('')}…` : explanation);
  while (kept.length > 0 && tokenizer.encode(text(), { bare: true }).length > longestMessage)
    kept = kept.slice(0, Math.floor(kept.length * 0.8));
  return text();
}

/** The policy that Queryloop makes reads `question: …⏎`; behind a failed query it reads `⏎error: …⏎`. */
export function lineIds(tokenizer: Pick<Tokenizer, 'encode'>, message: string): number[] {
  return tokenizer.encode(`\nerror: ${message}\n`, { bare: true });
}

/** After prompts that are plain text, which end with a label for the query, and with what the prompt opens for the answer. */
export function textIds(tokenizer: Pick<Tokenizer, 'encode'>, message: string, opened = ''): number[] {
  const text = `\n\nThe query failed: ${message}\nWrite a query that runs.\nSQL:\n${opened}`;
  return tokenizer.encode(text, { bare: true });
}

/** Stands for what the policy wrote, which the template must not change: its tokens are kept as they were sampled. */
const written = 'SELECT 17;';

/**
 * The user's turn that follows the assistant's, with the beginning of the next answer. The tokens are those that the template writes
 * behind an assistant's message in this conversation, from the end token on, which the policy wrote itself (as TRL cuts it).
 * Throws UserError when the template refuses the conversation, or does not show it as it is.
 */
export function chatIds(
  { tokenizer, template }: { tokenizer: Pick<Tokenizer, 'encode' | 'eosIds'>; template: ChatTemplate },
  prompt: readonly ChatMessage[],
  message: string,
): number[] {
  const told = `The query failed (${message}). Answer with a query that runs.`;
  const conversation: ChatMessage[] = [
    ...prompt,
    { role: 'assistant', content: written },
    { role: 'user', content: told },
  ];
  const text = template.render(conversation, { answering: true });
  // the schema and examples of the prompt may hold the same texts
  const end = text.lastIndexOf(told);
  const at = text.lastIndexOf(written, end);
  if (end < 0 || at < 0)
    throw new UserError({
      message:
        'the policy’s chat template leaves out or changes messages, so that a failed query cannot be answered in it',
      field: 'rollout.repairTurns',
      hint: 'Set rollout.repairTurns to 0, or prompt.chat to false for prompts without the template.',
    });
  const from = at + written.length;
  const ids = tokenizer.encode(text.slice(from), { bare: true });
  const between = tokenizer.encode(text.slice(from, end), { bare: true });
  const close = between.findIndex((id) => tokenizer.eosIds.includes(id));
  return close < 0 || !tokenizer.eosIds.includes(ids[close] ?? -1) ? ids : ids.slice(close + 1);
}
