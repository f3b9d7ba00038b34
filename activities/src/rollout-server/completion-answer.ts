/** What a server says of one completion, read into one form whatever program it is. */
import { z } from 'zod';
import { ServerFault } from './server-fault.ts';

export interface CompletionAnswer {
  text: string;
  /** Ended by itself rather than at the limit. */
  finished: boolean;
  /** All token ids, where the server says them apart from log-probabilities (vLLM). */
  ids: number[] | null;
  /** The tokens with their log-probabilities; null where the server gives none. */
  tokens: AnsweredToken[] | null;
  /** Tokens that were sampled, where the server counts them. */
  count: number | null;
  /** Tokens of the prompt that were read, where the server counts them. */
  promptTokens: number | null;
}

export interface AnsweredToken {
  id: number | null;
  /** One token's, or, with llama.cpp, of the tokens that one character took. */
  text: string;
  /** null where there is none: some servers say null, or something far below any log-probability, for "unknown". */
  logProb: number | null;
}

const logProb = z.number().nullish();
/** As the completions API has them. */
const Listed = z.object({ tokens: z.array(z.string()), token_logprobs: z.array(logProb) });
/** As the chat API has them; llama.cpp, for completions too, with ids. */
const Described = z.object({
  content: z.array(z.object({ id: z.number().int().optional(), token: z.string(), logprob: logProb })),
});
const tokenCount = z.number().int().nullish();
const Usage = z.object({ completion_tokens: tokenCount, prompt_tokens: tokenCount }).nullish();
const Answer = z.object({
  choices: z
    .array(
      z.object({
        text: z.string(),
        finish_reason: z.string().nullish(),
        token_ids: z.array(z.number().int()).nullish(),
        logprobs: z.union([Listed, Described]).nullish(),
      }),
    )
    .min(1),
  usage: Usage,
});

/** vLLM's name for a token by its id. */
const namedById = /^token_id:(\d+)$/;
/** vLLM says −9999 for minus infinity. */
const leastLogProb = -1000;

/** Throws ServerFault for an answer that is cut off, or of another form. `who`: the server, for messages. */
export function readCompletion(json: unknown, who: string): CompletionAnswer {
  const parsed = Answer.safeParse(json);
  const choice = parsed.data?.choices[0];
  if (choice === undefined || !isWhole(choice))
    throw new ServerFault(`${who} gave an answer that is no whole completion: ${JSON.stringify(json).slice(0, 200)}`);
  const { text, finish_reason: reason, token_ids: ids, logprobs } = choice;
  return {
    text,
    finished: reason !== 'length',
    ids: ids ?? null,
    tokens: logprobs ? tokensOf(logprobs) : null,
    count: parsed.data?.usage?.completion_tokens ?? null,
    promptTokens: parsed.data?.usage?.prompt_tokens ?? null,
  };
}

function tokensOf(logprobs: z.infer<typeof Listed> | z.infer<typeof Described>): AnsweredToken[] {
  if ('content' in logprobs)
    return logprobs.content.map(({ id, token, logprob }) => ({ id: id ?? null, text: token, logProb: known(logprob) }));
  return logprobs.tokens.map((token, t) => {
    const id = namedById.exec(token)?.[1];
    return { id: id === undefined ? null : Number(id), text: token, logProb: known(logprobs.token_logprobs[t]) };
  });
}

function known(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value > leastLogProb ? Math.min(value, 0) : null;
}

/** vLLM ends what is under way with "abort" when it is stopped itself. */
function isWhole({ finish_reason: reason }: { finish_reason?: string | null | undefined }): boolean {
  return reason !== null && reason !== undefined && reason !== 'abort' && reason !== 'error';
}

const ChatAnswer = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }))
    .min(1),
  usage: Usage,
});

/** A chat's answer; empty where a model that reasons did not come to it. Throws ServerFault. */
export function readChat(json: unknown, who: string): Pick<CompletionAnswer, 'text' | 'finished' | 'promptTokens'> {
  const parsed = ChatAnswer.safeParse(json);
  const choice = parsed.data?.choices[0];
  if (choice === undefined || !isWhole(choice))
    throw new ServerFault(`${who} gave an answer that is no whole message: ${JSON.stringify(json).slice(0, 200)}`);
  return {
    text: choice.message.content ?? '',
    finished: choice.finish_reason !== 'length',
    promptTokens: parsed.data?.usage?.prompt_tokens ?? null,
  };
}
