/** The bodies of requests for one completion and for one message of a chat, in the words of the server's program. */
import type { ChatMessage } from '@queryloop/text-to-sql';
import type { ServerKind } from './served-models.ts';

/** How an answer is sampled, whatever it answers. */
export interface SamplingRequest {
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
  /** 0 is off. */
  topK: number;
  /** 31 bits. Left out: the server's own. */
  seed?: number;
}

export interface CompletionRequest extends SamplingRequest {
  model: string;
  /** Token ids, for programs that take them; else text. */
  prompt: readonly number[] | string;
  /** Ask for the log-probability of each token. */
  logProbs: boolean;
  eosIds: readonly number[];
}

export interface ChatRequest extends SamplingRequest {
  model: string;
  messages: readonly ChatMessage[];
}

export function completionBody(kind: ServerKind, request: CompletionRequest): object {
  const { model, prompt, logProbs, eosIds } = request;
  return {
    ...{ model, prompt, ...samplingBody(kind, request) },
    ...(logProbs && { logprobs: 1 }),
    // the second is what older versions know
    ...(kind === 'vllm' && { return_token_ids: true, return_tokens_as_token_ids: true, stop_token_ids: eosIds }),
  };
}

export function chatBody(kind: ServerKind, request: ChatRequest): object {
  const { model, messages } = request;
  return { model, messages, ...samplingBody(kind, request) };
}

/** Everything that a server might set by itself is set: models come with defaults of their own for top-k, penalties and more. */
function samplingBody(kind: ServerKind, { maxTokens, temperature, topP, topK, seed }: SamplingRequest): object {
  const common = { max_tokens: maxTokens, temperature, top_p: topP, ...(seed !== undefined && { seed }) };
  switch (kind) {
    case 'vllm':
      return { ...common, top_k: topK === 0 ? -1 : topK, min_p: 0, repetition_penalty: 1 };
    case 'llamacpp':
      return {
        ...common,
        ...{ top_k: topK, min_p: 0, typical_p: 1, repeat_penalty: 1 },
        // top-k and top-p of the tempered distribution, as the local sampler has it
        samplers: ['temperature', 'top_k', 'top_p'],
      };
    case 'other':
      return { ...common, ...(topK > 0 && { top_k: topK }) };
  }
}

/** Whether prompts can be given as token ids, so that no tokenizer but the policy's has a say in them. */
export function takesTokenIds(kind: ServerKind): boolean {
  return kind !== 'other';
}
