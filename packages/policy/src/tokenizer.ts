/** The tokenizer of a policy folder: tokenizer.json through @huggingface/tokenizers. */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { UserError } from '@queryloop/contracts';
import { type ModelConfig, tokenIds } from './model-config.ts';

export interface Tokenizer {
  /** `bare`: without the tokens that the tokenizer puts around a text, as for a text that holds them already, or goes on another. */
  encode(text: string, options?: { bare?: boolean }): number[];
  /** Text of the ids; special tokens (end, padding) leave no text, unless `special` asks for theirs. */
  decode(ids: readonly number[], options?: { special?: boolean }): string;
  vocabularySize: number;
  /** Tokens that end a completion. */
  eosIds: number[];
}

export interface TokenizerFiles {
  tokenizer: Record<string, unknown>;
  tokenizerConfig: Record<string, unknown>;
  generationConfig: Record<string, unknown> | null;
}

/** Throws UserError for a tokenizer.json of an unknown kind, or one with more tokens than the model has embeddings. */
export function buildTokenizer(files: TokenizerFiles, config: ModelConfig): Tokenizer {
  let inner: HuggingFaceTokenizer;
  try {
    inner = new HuggingFaceTokenizer(files.tokenizer, files.tokenizerConfig);
  } catch (error) {
    throw new UserError({
      message: `tokenizer.json cannot be used: ${(error as Error).message}`,
      field: 'tokenizer.json',
      hint: 'copy or download it again, or use one that the tokenizers library reads',
    });
  }
  let vocabularySize = 0;
  for (const id of inner.get_vocab(true).values()) vocabularySize = Math.max(vocabularySize, id + 1);
  if (vocabularySize > config.vocabularySize)
    throw new UserError({
      message: `tokenizer.json has ids up to ${vocabularySize - 1}; vocab_size in config.json is ${config.vocabularySize}`,
      field: 'vocab_size',
      hint: 'use the tokenizer the model was trained with',
    });
  const generated = tokenIds(files.generationConfig?.eos_token_id);
  const eosIds = generated.length > 0 ? generated : config.eosIds;
  const strange = eosIds.find((id) => id >= config.vocabularySize);
  if (strange !== undefined)
    throw new UserError({
      message: `eos_token_id ${strange} is not among the ${config.vocabularySize} tokens of vocab_size`,
      field: 'eos_token_id',
      hint: 'correct it in generation_config.json or config.json',
    });
  return {
    encode: (text, { bare = false } = {}) => (text === '' ? [] : inner.encode(text, { add_special_tokens: !bare }).ids),
    decode: (ids, { special = false } = {}) =>
      inner.decode([...ids], { skip_special_tokens: !special, clean_up_tokenization_spaces: false }),
    vocabularySize,
    eosIds,
  };
}
