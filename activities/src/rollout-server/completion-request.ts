/** The body of a request for one completion, in the words of the server's program. */
import type { ServerKind } from './served-models.ts';

export interface CompletionRequest {
  model: string;
  /** Token ids, for programs that take them; else text. */
  prompt: readonly number[] | string;
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
  /** 0 is off. */
  topK: number;
  /** 31 bits. Left out: the server's own. */
  seed?: number;
  /** Ask for the log-probability of each token. */
  logProbs: boolean;
  eosIds: readonly number[];
}

/** Everything that a server might set by itself is set: models come with defaults of their own for top-k, penalties and more. */
export function completionBody(kind: ServerKind, request: CompletionRequest): object {
  const { model, prompt, maxTokens, temperature, topP, topK, seed, logProbs, eosIds } = request;
  const common = {
    model,
    prompt,
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    ...(seed !== undefined && { seed }),
    ...(logProbs && { logprobs: 1 }),
  };
  switch (kind) {
    case 'vllm':
      return {
        ...common,
        ...{ top_k: topK === 0 ? -1 : topK, min_p: 0, repetition_penalty: 1 },
        // the second is what older versions know
        ...{ return_token_ids: true, return_tokens_as_token_ids: true, stop_token_ids: eosIds },
      };
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
