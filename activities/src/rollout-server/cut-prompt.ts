/** Notices servers that may have cut a prompt without a word: the schema stands at its beginning, and goes first. */

/** No tokenizer makes so few tokens of schemas and questions. */
const mostCharactersPerToken = 8;

/** Tokens that a text must have at least, whatever the tokenizer. */
export function leastTokens(text: string): number {
  return Math.floor(text.length / mostCharactersPerToken);
}

/**
 * Whether a server read fewer tokens of a prompt than it has. `read`: as the server counts them; null where it does not. Some count only
 * those that they had not kept from prompts before, so that it proves nothing.
 */
export function seemsCut(read: number | null, least: number): boolean {
  return read !== null && read > 0 && read < least;
}
