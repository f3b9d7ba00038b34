/** A prompt as text, for servers that take no token ids. */
import { UserError } from '@queryloop/contracts';
import type { Tokenizer } from '@queryloop/policy';

/**
 * The text that a server's tokenizer makes these ids of, provided that it is the policy's and, as usual, puts the tokens of its own (the
 * beginning) before a text. Throws UserError when there is none.
 */
export function promptText(ids: readonly number[], { encode, decode }: Pick<Tokenizer, 'encode' | 'decode'>): string {
  const candidates = [ids.slice(1), ids].map((part) => decode(part, { special: true }));
  const found = candidates.find((text) => encode(text).join() === ids.join());
  if (found !== undefined) return found;
  throw new UserError({
    message: 'the rollout server takes prompts as text only, and no text has just the tokens of this prompt',
    field: 'rollout.server.url',
    hint: 'Use a server that takes token ids: vLLM, or the server of llama.cpp.',
  });
}
