/** A server that is asked for completions: patiently, so many at a time, whatever program it is. */

import { UserError } from '@queryloop/contracts';
import type { Tokenizer } from '@queryloop/policy';
import type { ChatMessage } from '@queryloop/text-to-sql';
import { type AnsweredTokens, tokensOfAnswer } from './answered-tokens.ts';
import { type CompletionAnswer, readChat, readCompletion } from './completion-answer.ts';
import {
  type ChatRequest,
  type CompletionRequest,
  chatBody,
  completionBody,
  type SamplingRequest,
  takesTokenIds,
} from './completion-request.ts';
import { leastTokens, seemsCut } from './cut-prompt.ts';
import { openPatience } from './patience.ts';
import { promptText } from './prompt-text.ts';
import { kindOfServer, type ServerKind } from './served-models.ts';
import { openApi } from './server-api.ts';
import { describeServer, type NamedServer } from './server-fault.ts';

export interface AskedSampling extends SamplingRequest {
  /** Log-probabilities must come with the tokens. */
  forTraining: boolean;
}

export type WrittenText = Pick<CompletionAnswer, 'text' | 'finished'>;

export interface Server {
  readonly concurrency: number;
  /**
   * Goes on with the tokens of a prompt. `endId`: ends answers of which the server does not say what ended them. Throws UserError, or
   * ServerFault when the server was away for too long.
   */
  complete(
    promptIds: readonly number[],
    sampling: AskedSampling,
    tokenizer: Tokenizer,
    endId?: number,
  ): Promise<AnsweredTokens>;
  /** The text that goes on a text, or answers a conversation. Errors as above. */
  write(prompt: string | readonly ChatMessage[], sampling: AskedSampling): Promise<WrittenText>;
  /** Prompts of which the server says to have read fewer tokens than they have. */
  promptsSeemingCut(): number;
  /** In words, while the server is away. */
  trouble(): string | undefined;
  /** Ends requests under way, which are not tried again. */
  close(): Promise<void>;
}

/**
 * Throws UserError for a key that is not there; the server is asked when it is first needed. `absentMs`: how long a server that nobody has
 * ever been found at is waited for, at most its patienceSeconds.
 */
export function openServer(server: NamedServer, given: AbortSignal, { absentMs }: { absentMs?: number } = {}): Server {
  const closing = new AbortController();
  const signal = AbortSignal.any([given, closing.signal]);
  const api = openApi(server, signal);
  const patience = openPatience({ patienceMs: server.patienceSeconds * 1000, absentMs, signal });
  const who = describeServer(server);
  const { model } = server;
  let kind: Promise<ServerKind> | undefined;
  const askKind = () => patience.attempt(async () => kindOfServer(await api.askIfThere('/models'), server));
  // asked once, by whoever comes first
  const kindOf = (): Promise<ServerKind> => {
    const asked = kind ?? askKind();
    kind = asked;
    return asked;
  };
  let seemingCut = 0;
  const noteRead = (read: number | null, least: number) => {
    seemingCut += Number(seemsCut(read, least));
  };
  const answer = async ({ forTraining: _, ...request }: Omit<AskedSampling & CompletionRequest, 'model'>) => {
    const body = completionBody(await kindOf(), { model, ...request });
    return patience.attempt(async () => readCompletion(await api.ask('/completions', body), who));
  };
  const converse = async (request: Omit<ChatRequest, 'model'>) => {
    const body = chatBody(await kindOf(), { model, ...request });
    return patience.attempt(async () => readChat(await api.ask('/chat/completions', body), who));
  };
  return {
    concurrency: server.concurrency,
    async complete(promptIds, sampling, tokenizer, endId) {
      const byIds = takesTokenIds(await kindOf());
      const prompt = byIds ? promptIds : promptText(promptIds, tokenizer);
      // ids come with them, from servers that say ids at all
      const logProbs = sampling.forTraining || byIds;
      const answered = await answer({ ...sampling, prompt, logProbs, eosIds: tokenizer.eosIds });
      // the server adds the beginning to a text, or does not
      noteRead(answered.promptTokens, byIds ? promptIds.length : promptIds.length - 1);
      if (sampling.forTraining && answered.tokens === null) throw withoutLogProbs(server, who);
      return tokensOfAnswer(answered, tokenizer, endId);
    },
    async write(prompt, sampling) {
      const isText = typeof prompt === 'string';
      const answered = await (isText
        ? answer({ ...sampling, prompt, logProbs: false, eosIds: [] })
        : converse({ ...sampling, messages: prompt }));
      const texts = isText ? [prompt] : prompt.map(({ content }) => content);
      noteRead(answered.promptTokens, leastTokens(texts.join('')));
      return answered;
    },
    promptsSeemingCut: () => seemingCut,
    trouble() {
      const trouble = patience.trouble();
      if (trouble === undefined) return undefined;
      const [seconds, most] = [Math.round(trouble.sinceMs / 1000), trouble.limitMs / 1000];
      return `${trouble.error.message}; trying again, ${seconds} of ${most} s`;
    },
    close() {
      closing.abort(new Error(`the connection to ${who} was closed`));
      return api.close();
    },
  };
}

function withoutLogProbs({ fields }: NamedServer, who: string): UserError {
  return new UserError({
    message: `${who} gives no log-probabilities, which training needs`,
    field: fields.url,
    hint: 'Use vLLM or the server of llama.cpp; servers without them can be evaluated: queryloop evaluate --server … --model …',
  });
}

/** Does `work` for all items, `concurrency` at a time; the first error ends it. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
