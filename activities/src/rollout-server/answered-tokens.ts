/** The policy's token ids of what a server wrote, with the server's log-probability of each where it is known. */
import { UserError } from '@queryloop/contracts';
import type { SampledCompletion, Tokenizer } from '@queryloop/policy';
import type { AnsweredToken, CompletionAnswer } from './completion-answer.ts';

export interface AnsweredTokens extends Pick<SampledCompletion, 'ids' | 'finished'> {
  /** One for each id; null where the server's tokens do not tell. */
  samplingLogProbs: (number | null)[];
}

type Reader = Pick<Tokenizer, 'encode' | 'decode' | 'eosIds' | 'vocabularySize'>;

/**
 * Ids are the server's where it says them all. Where it says only texts, or joins the tokens of one character, the text is tokenized
 * again; log-probabilities are taken over where both agree on the tokens. The end token is added where the server leaves it out.
 * Throws UserError when the policy's tokenizer and the server's cannot be the same.
 */
export function tokensOfAnswer(answer: CompletionAnswer, tokenizer: Reader): AnsweredTokens {
  const { finished } = answer;
  const { ids, samplingLogProbs } = saidIds(answer) ?? joinedIds(answer, tokenizer) ?? readAgain(answer, tokenizer);
  const strange = ids.find((id) => id >= tokenizer.vocabularySize);
  if (strange !== undefined)
    throw mismatch(`token ${strange} is not among the ${tokenizer.vocabularySize} of the policy's tokenizer`);
  const end = ids.at(-1);
  // nothing but a part of a character before the limit leaves no token that could be learned from
  if (end === undefined || (finished && !tokenizer.eosIds.includes(end))) {
    ids.push(tokenizer.eosIds[0] ?? 0);
    samplingLogProbs.push(null);
  }
  return { ids, samplingLogProbs, finished };
}

type Aligned = Pick<AnsweredTokens, 'ids' | 'samplingLogProbs'>;

/** All ids as the server says them; null where it does not. */
function saidIds({ ids, tokens, count }: CompletionAnswer): Aligned | null {
  if (ids !== null) {
    const fits = tokens?.length === ids.length;
    return { ids: [...ids], samplingLogProbs: ids.map((_, t) => (fits ? (tokens[t]?.logProb ?? null) : null)) };
  }
  if (tokens === null || tokens.length === 0 || (count !== null && count !== tokens.length)) return null;
  const said = tokens.flatMap(({ id }) => (id === null ? [] : [id]));
  return said.length === tokens.length ? { ids: said, samplingLogProbs: tokens.map(({ logProb }) => logProb) } : null;
}

/** llama.cpp: tokens that make up one character are one entry, with the id and log-probability of the last. */
function joinedIds({ tokens }: CompletionAnswer, { encode }: Reader): Aligned | null {
  if (tokens === null || tokens.length === 0) return null;
  const aligned: Aligned = { ids: [], samplingLogProbs: [] };
  for (const { id, text, logProb } of tokens) {
    if (id === null) return null;
    const pieces = text === '' ? [] : encode(text, { bare: true });
    const before = pieces.at(-1) === id ? pieces.slice(0, -1) : [];
    aligned.ids.push(...before, id);
    aligned.samplingLogProbs.push(...before.map(() => null), logProb);
  }
  return aligned;
}

/** The policy's tokens of the text; the server's log-probabilities where its tokens are the same pieces of text. */
function readAgain({ text, tokens }: CompletionAnswer, { encode, decode }: Reader): Aligned {
  if (text === '') return { ids: [], samplingLogProbs: [] };
  const ids = encode(text, { bare: true });
  if (decode(ids) !== text)
    throw mismatch(`the policy's tokenizer makes ${JSON.stringify(decode(ids))} of ${JSON.stringify(text)}`);
  const same = tokens !== null && samePieces(ids, tokens, text, decode);
  return { ids, samplingLogProbs: ids.map((_, t) => (same ? (tokens[t]?.logProb ?? null) : null)) };
}

/** Some servers list the end token as well, which leaves no text. */
function samePieces(
  ids: readonly number[],
  tokens: readonly AnsweredToken[],
  text: string,
  decode: Reader['decode'],
): boolean {
  const pieces = tokens.slice(0, ids.length).map((token) => token.text);
  if (pieces.length !== ids.length || pieces.join('') !== text) return false;
  return ids.every((id, t) => {
    const piece = decode([id]);
    return piece === pieces[t] || piece === pieces[t]?.trimStart();
  });
}

function mismatch(why: string): UserError {
  return new UserError({
    message: `the rollout server's model has another tokenizer than the policy: ${why}`,
    field: 'rollout.server.model',
    hint: 'Serve the model of policy.folder, or one of its family with the same tokenizer.',
  });
}
