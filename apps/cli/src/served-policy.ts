/** The model of `--server` and `--model`. */
import { existsSync } from 'node:fs';
import { type PromptStyle, ServerConfig, UserError } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';
import type { EvaluateFolderOutput } from '@queryloop/worker';
import type { PolicyToEvaluate } from './policy-to-evaluate.ts';

export interface ServerOptions {
  /** Address, up to and with /v1. */
  server?: string;
  model?: string;
  apiKeyVariable?: string;
  /** False with --no-chat. */
  chat?: boolean;
}

interface Served extends ServerOptions {
  server: string;
  /** Folder whose tokenizer and chat template make the prompts. */
  policy?: string;
  prompt?: PromptStyle;
  maxTokens?: number;
}

const fields = { url: '--server', model: '--model', apiKey: '--api-key-variable' };
const threads = 2;
/** Language models write more than the policy made here: fences, words about the query. */
const defaultMaxTokens = 256;

/** Throws UserError for options that say too little or cannot be. */
export function servedPolicy(options: Served): PolicyToEvaluate {
  const { server: url, model, apiKeyVariable: apiKey, policy, prompt: style = 'zero-shot', chat = true } = options;
  if (model === undefined)
    throw new UserError({
      message: '--server needs --model',
      field: '--model',
      hint: `The server lists what it serves under ${url.replace(/\/+$/, '')}/models.`,
    });
  const server = ServerConfig.safeParse({ url, model, ...(apiKey !== undefined && { apiKey }) });
  if (!server.success) {
    const issue = server.error.issues[0];
    const field = fields[issue?.path[0] as keyof typeof fields] ?? '--server';
    throw new UserError({ message: `${field}: ${issue?.message ?? 'cannot be read'}`, field });
  }
  if (!chat && style === 'placeholder')
    throw new UserError({ message: '--no-chat is for prompts in words', field: '--no-chat', hint: 'Leave it out.' });
  const tokenizer = policy === undefined ? undefined : policyPath(policy);
  if (tokenizer !== undefined && !existsSync(tokenizer))
    throw new UserError({
      message: `--policy ${policy}: no such folder; with --server it is one with a tokenizer`,
      field: '--policy',
      hint: 'Leave it out to let the server make tokens of the prompts.',
    });
  return {
    policy: {
      server: { ...server.data, fields },
      maxTokens: options.maxTokens ?? defaultMaxTokens,
      ...(tokenizer !== undefined && { tokenizer }),
    },
    prompt: { style, ...(!chat && { chat }) },
    threads,
  };
}

/** Says what counts against the model and is not its doing: answers that ended at the limit, prompts that the server may have cut. */
export function cutWarnings({ answers, prompts, of, maxTokens }: NonNullable<EvaluateFolderOutput['cut']>): string[] {
  const ofAnswers = `${answers} of ${of} answers were cut at ${maxTokens} tokens and scored as they stand; give more with --max-tokens (models that reason before they answer need thousands)`;
  const ofPrompts = `the server says to have read fewer tokens than were sent of ${prompts} of ${of} prompts: it may have cut their beginning, the schema (Ollama: raise OLLAMA_CONTEXT_LENGTH, or num_ctx in the Modelfile), or count only those that it had not kept from prompts before`;
  return [...(answers > 0 ? [ofAnswers] : []), ...(prompts > 0 ? [ofPrompts] : [])];
}

/** The error for an option that is of no use without --server; undefined when there is none. */
export function strayServerOption({ model, apiKeyVariable, chat = true }: ServerOptions): UserError | undefined {
  const given = { '--model': model, '--api-key-variable': apiKeyVariable, '--no-chat': chat ? undefined : chat };
  const [field] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (field === undefined) return undefined;
  return new UserError({ message: `${field} goes with --server`, field, hint: 'Give the address of the server too.' });
}
