/** Notices servers that cut a prompt without a word: the schema stands at its beginning, and goes first. */
import { UserError } from '@queryloop/contracts';
import { describeServer, type NamedServer } from './server-fault.ts';

/** No tokenizer makes so few tokens of schemas and questions. */
const mostCharactersPerToken = 8;

/** Tokens that a text must have at least, whatever the tokenizer. */
export function leastTokens(text: string): number {
  return Math.floor(text.length / mostCharactersPerToken);
}

/**
 * `read`: prompt tokens as the server counts them; null where it does not, and some say 0 for prompts that they still had. Throws UserError
 * when they are fewer than `least`.
 */
export function refuseCutPrompt(read: number | null, least: number, server: NamedServer): void {
  if (read === null || read === 0 || read >= least) return;
  throw new UserError({
    message: `${describeServer(server)} cut the prompt: it read ${read} tokens of at least ${least}`,
    field: 'prompt',
    hint: 'Give the server a longer context (Ollama: OLLAMA_CONTEXT_LENGTH, or num_ctx in the Modelfile), or shorten prompts: prompt.sampleValues, prompt.shots.',
  });
}
