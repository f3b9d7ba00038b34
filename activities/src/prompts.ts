/** What a policy reads of a question, and the query in what it writes: the one place that knows how a dataset's prompts are made. */
import type { Completion, Metrics, PolicyState, StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import {
  type ChatTemplate,
  extractSql,
  fitPrompt,
  type PromptExtent,
  type PromptPlan,
  promptWriter,
} from '@queryloop/text-to-sql';
import type { PreparedDataset, SplitRole } from './dataset-artifact.ts';
import { type PolicyText, type PromptText, policyText, readChatTemplate } from './policy-text.ts';
import { fitMessage, lineIds } from './repair/message-ids.ts';

export interface Prompts {
  /** Token ids of what the policy reads for a prompt of the dataset. Throws UserError when it does not fit the policy's context. */
  idsOf(prompt: string): number[];
  /** The query that a completion writes. */
  completionOf(ids: readonly number[]): Pick<Completion, 'text' | 'written'>;
  /** Token ids of the completion that is just this query, its end token included. */
  answerIds(prompt: string, sql: string): number[];
  /** The same with the prompt's, which leaves room for a completion that is longer than others may be. */
  pairIds(prompt: string, sql: string): PairIds;
  /** What the policy is told of a failed query, as short as it must be, and its token ids, up to where the policy goes on. */
  messageOf(prompt: string, explanation: string): RepairMessage;
  /** How long prompts were, and what was left out of them; nothing for prompts that cannot be shortened. */
  metrics(): Metrics;
  /** What was left out, in words; undefined when nothing was. */
  note(): string | undefined;
}

export interface RepairMessage {
  text: string;
  ids: number[];
}

export interface PairIds {
  promptIds: number[];
  completionIds: number[];
}

export interface OpenPrompts {
  role: SplitRole;
  /** Of the policy's folder. */
  template: ChatTemplate | null;
  policy: Pick<Policy, 'tokenizer' | 'config'>;
  /** Longest completion, in tokens. */
  maxTokens: number;
}

/** Opens the prompts of a split. Throws UserError for templates that cannot be used. */
export function openPrompts(dataset: PreparedDataset, { template, ...options }: OpenPrompts): Prompts {
  const { prompts: plan } = dataset;
  if (plan === undefined) return placeholderPrompts(options.policy);
  const text = policyText(options.policy.tokenizer, plan.chat ? template : null);
  return writtenPrompts({ plan, dataset, text, ...options });
}

/** The same for a policy of a run: its chat template lies in the folder it began with. */
export async function openPromptsOf(
  { base }: Pick<PolicyState, 'base'>,
  dataset: PreparedDataset,
  options: Omit<OpenPrompts, 'template'>,
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<Prompts> {
  const template = dataset.prompts?.chat ? await readChatTemplate(await artifacts.path(base)) : null;
  return openPrompts(dataset, { ...options, template });
}

/** The prompt is text, and the whole completion the query. */
function placeholderPrompts({ tokenizer }: Pick<Policy, 'tokenizer'>): Prompts {
  const end = tokenizer.eosIds[0] ?? 0;
  const answerIds: Prompts['answerIds'] = (_, sql) => [...tokenizer.encode(sql), end];
  return {
    idsOf: (prompt) => tokenizer.encode(prompt),
    completionOf: (ids) => ({ text: tokenizer.decode(ids) }),
    answerIds,
    pairIds: (prompt, sql) => ({ promptIds: tokenizer.encode(prompt), completionIds: answerIds(prompt, sql) }),
    messageOf(_, explanation) {
      const text = fitMessage(tokenizer, explanation);
      return { text, ids: lineIds(tokenizer, text) };
    },
    metrics: () => ({}),
    note: () => undefined,
  };
}

interface WrittenPrompts extends Omit<OpenPrompts, 'template'> {
  plan: PromptPlan;
  dataset: PreparedDataset;
  text: PolicyText;
}

/** Schema, examples and question written out, shortened where they must be. */
function writtenPrompts({ plan, dataset, role, maxTokens, policy, text }: WrittenPrompts): Prompts {
  const { tokenizer, config } = policy;
  const write = promptWriter(plan, dataset.schema, dataset.splits[role].sampleValues ?? {});
  const full: PromptExtent = { sampleValues: plan.sampleValues, examples: plan.examples.length };
  const seen = { prompts: 0, tokens: 0, longest: 0, valuesCut: 0, examplesCut: 0 };
  const shorten = (question: string, room: number) =>
    fitPrompt(
      (extent) => {
        const prompt = asPromptText(write(question, extent), plan, text.chats);
        return { prompt, ids: text.promptIds(prompt) };
      },
      { full, context: config.maxPositions, maxTokens: room },
    );
  /** The same for all prompts of a plan. */
  let opened: string | undefined;
  // several answers to a question are asked for in a row
  let last: { question: string; room: number; fitted: ReturnType<typeof shorten> } | undefined;
  const fitted = (question: string, room: number) => {
    if (last?.question !== question || last.room !== room) last = { question, room, fitted: shorten(question, room) };
    return last.fitted;
  };
  return {
    idsOf(question) {
      const { ids, extent } = fitted(question, maxTokens);
      seen.prompts += 1;
      seen.tokens += ids.length;
      seen.longest = Math.max(seen.longest, ids.length);
      seen.valuesCut += Number(extent.sampleValues < full.sampleValues);
      seen.examplesCut += Number(extent.examples < full.examples);
      return ids;
    },
    completionOf(ids) {
      const written = tokenizer.decode(ids);
      opened ??= text.thoughtsOpenedBy(asPromptText(write('', full), plan, text.chats));
      const sql = extractSql(opened + written);
      return sql === written ? { text: sql } : { text: sql, written };
    },
    answerIds: (question, sql) => text.completionIds(fitted(question, maxTokens).prompt, sql),
    pairIds(question, sql) {
      const { prompt, ids } = fitted(question, maxTokens);
      const completionIds = text.completionIds(prompt, sql);
      if (completionIds.length <= maxTokens) return { promptIds: ids, completionIds };
      return { promptIds: fitted(question, completionIds.length).ids, completionIds };
    },
    messageOf(question, explanation) {
      const { prompt } = fitted(question, maxTokens);
      const message = fitMessage(tokenizer, explanation);
      return { text: message, ids: text.messageIds(prompt, message) };
    },
    metrics(): Metrics {
      const { prompts, tokens, longest, valuesCut, examplesCut } = seen;
      if (prompts === 0) return {};
      return {
        'prompts/mean_tokens': tokens / prompts,
        'prompts/max_tokens': longest,
        'prompts/values_cut': valuesCut / prompts,
        'prompts/examples_cut': examplesCut / prompts,
      };
    },
    note() {
      const { prompts, valuesCut, examplesCut } = seen;
      if (valuesCut === 0) return undefined;
      const examples = examplesCut === 0 ? '' : `, and examples from ${examplesCut}`;
      return `context of ${config.maxPositions} tokens: sample values left out of ${valuesCut} of ${prompts} prompts${examples}`;
    },
  };
}

/** A prompt in words as the user’s message, or, without a chat template, as text. */
export function asPromptText(written: string, { system }: PromptPlan, chats: boolean): PromptText {
  if (!chats) return { text: system === undefined ? written : `${system}\n\n${written}` };
  const question = { role: 'user' as const, content: written.trim() };
  return { messages: system === undefined ? [question] : [{ role: 'system', content: system }, question] };
}
