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
 * again; log-probabilities are taken over where both agree on the tokens. The end token is added where the server leaves it out: the one that
 * it lists by its text, else `endId`, which ends the answers of the policy's chat template, else the first.
 * Throws UserError when the policy's tokenizer and the server's cannot be the same.
 */
export function tokensOfAnswer(
  answer: CompletionAnswer,
  tokenizer: Reader,
  endId: number | undefined = tokenizer.eosIds[0],
): AnsweredTokens {
  const { finished } = answer;
  const said = saidIds(answer) ?? joinedIds(answer, tokenizer);
  const { ids, samplingLogProbs } = said ?? readAgain(answer, tokenizer);
  const strange = ids.find((id) => id >= tokenizer.vocabularySize);
  if (strange !== undefined)
    throw mismatch(`token ${strange} is not among the ${tokenizer.vocabularySize} of the policy's tokenizer`);
  const ended = said === null ? tokenizer.eosIds.includes(ids.at(-1) ?? -1) : saysItsEnd(ids, answer, tokenizer);
  // nothing but a part of a character before the limit leaves no token that could be learned from
  if (ids.length === 0 || (finished && !ended)) {
    ids.push(endId ?? 0);
    samplingLogProbs.push(null);
  }
  return { ids, samplingLogProbs, finished };
}

/** Servers know more end tokens than the policy's files name (llama.cpp: all that its family has); they stand in the ids and not in the text. */
function saysItsEnd(ids: readonly number[], { text }: CompletionAnswer, { eosIds, decode }: Reader): boolean {
  return eosIds.includes(ids.at(-1) ?? -1) || decode(ids, { special: true }) !== text;
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
function readAgain(answer: CompletionAnswer, reader: Reader): Aligned {
  const { text, tokens } = answer;
  const { encode, decode } = reader;
  const ids = text === '' ? [] : encode(text, { bare: true });
  if (text !== '' && decode(ids) !== text)
    throw mismatch(`the policy's tokenizer makes ${JSON.stringify(decode(ids))} of ${JSON.stringify(text)}`);
  const same = tokens !== null && samePieces(ids, tokens, text, decode);
  const end = listedEnd(answer, reader);
  const logProbs = [...ids.map((_, t) => tokens?.[t]?.logProb), ...end.map(({ logProb }) => logProb)];
  return {
    ids: [...ids, ...end.map(({ id }) => id)],
    samplingLogProbs: logProbs.map((logProb) => (same ? (logProb ?? null) : null)),
  };
}

/** The end token that a server lists last by its text, as <|eot_id|>, though it is no part of the answer; empty where there is none. */
function listedEnd({ tokens, finished, text }: CompletionAnswer, { eosIds, decode }: Reader) {
  const last = tokens?.at(-1);
  if (last === undefined || !finished || last.text === '' || text.endsWith(last.text)) return [];
  const id = eosIds.find((each) => decode([each], { special: true }) === last.text);
  return id === undefined ? [] : [{ id, logProb: last.logProb }];
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
