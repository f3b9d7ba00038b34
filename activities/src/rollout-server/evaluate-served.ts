/** Scores a model that a server serves on a split: greedy decoding, one query a question, no policy in memory. */
import {
  type ArtifactRef,
  type EvaluatePolicyInput,
  type EvaluatePolicyOutput,
  type Step,
  UserError,
} from '@queryloop/contracts';
import { loadTokenizer } from '@queryloop/policy';
import { extractSql, promptWriter } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset, promptsOfShard } from '../dataset-artifact.ts';
import { readChatTemplate } from '../policy-text.ts';
import { asPromptText, openPrompts } from '../prompts.ts';
import { scoreQueries } from '../score-queries.ts';
import { type AskedSampling, inParallel, openServer, type Server, type WrittenText } from './server.ts';
import { type NamedServer, ServerFault } from './server-fault.ts';

export interface EvaluateServedInput extends Pick<EvaluatePolicyInput, 'split' | 'database'> {
  dataset: ArtifactRef;
  server: NamedServer;
  /** Whose tokenizer and chat template make the prompts, so that the server gets tokens; left out, the server makes them of texts. */
  folder?: string | undefined;
  maxTokens: number;
}

export interface EvaluateServedOutput extends EvaluatePolicyOutput {
  /**
   * Answers that ended at the limit, `of` all: models that reason may not have come to their query. Prompts of which the server says to have
   * read fewer tokens than they have.
   */
  cut: { answers: number; prompts: number; of: number; maxTokens: number };
}

const whole = { index: 0, of: 1 };
/** How often a wait for the server shows that it lives. */
const beatMs = 1_000;

/** Somebody waits at the terminal: a wrong address is said soon, while a server of a run may still be starting. */
const absentMs = 5_000;

/** Evaluates on a whole split. Throws UserError, also when the server was away for too long: nobody tries this step again. */
export const evaluateServed: Step<EvaluateServedInput, EvaluateServedOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const split = dataset.splits[input.split];
  const queries: string[] = new Array(split.questions.length).fill('');
  const prompts = promptsOfShard(split, whole);
  const server = openServer(input.server, context.signal, { absentMs });
  const cut = { answers: 0, prompts: 0, of: prompts.length, maxTokens: input.maxTokens };
  let done = 0;
  const report = () => {
    const detail = server.trouble() ?? (cut.answers > 0 ? `${cut.answers} cut at --max-tokens` : undefined);
    const progress = { phase: `evaluate on ${split.name}`, done, total: prompts.length };
    context.progress(detail === undefined ? progress : { ...progress, detail });
  };
  const beat = setInterval(report, beatMs);
  try {
    const write = await writerOf(input, dataset, server);
    await inParallel(prompts, server.concurrency, async ([prompt, questions]) => {
      const { text: sql, finished } = await write(prompt);
      for (const question of questions) queries[question] = sql;
      if (!finished) cut.answers += 1;
      cut.prompts = server.promptsSeemingCut();
      done += 1;
      report();
    });
  } catch (error) {
    throw error instanceof ServerFault ? asUserError(error, input.server) : error;
  } finally {
    clearInterval(beat);
    await server.close();
  }
  const written = { dataset, split: input.split, shard: whole, database: input.database };
  return { ...(await scoreQueries(queries, written, context)), cut };
};

function asUserError({ message, absent }: ServerFault, { fields, url }: NamedServer): UserError {
  return new UserError({
    message,
    field: fields.url,
    hint: absent
      ? `Is the server running, and ${fields.url} ${url} its address from this machine, with port and /v1?`
      : `${fields.url} names a server that gave no answer for too long: its log may say why. Then evaluate again.`,
  });
}

/** What writes the query for a prompt of the dataset. */
async function writerOf(
  { split: role, folder, maxTokens }: EvaluateServedInput,
  dataset: PreparedDataset,
  server: Server,
): Promise<(prompt: string) => Promise<WrittenText>> {
  const greedy: AskedSampling = { maxTokens, temperature: 0, topP: 1, topK: 0, forTraining: false };
  if (folder !== undefined) {
    const policy = await loadTokenizer(folder);
    const prompts = openPrompts(dataset, { role, policy, maxTokens, template: await readChatTemplate(folder) });
    return async (prompt) => {
      const promptIds = prompts.idsOf(prompt);
      const room = Math.max(1, Math.min(maxTokens, policy.config.maxPositions - promptIds.length));
      const { ids, finished } = await server.complete(promptIds, { ...greedy, maxTokens: room }, policy.tokenizer);
      return { text: prompts.completionOf(ids).text, finished };
    };
  }
  const { prompts: plan } = dataset;
  if (plan === undefined)
    throw new UserError({
      message: 'prompts with placeholders need the tokenizer of the policy that reads them',
      field: '--prompt',
      hint: 'Give its folder with --policy, or another --prompt.',
    });
  const writeOut = promptWriter(plan, dataset.schema, dataset.splits[role].sampleValues ?? {});
  const full = { sampleValues: plan.sampleValues, examples: plan.examples.length };
  return async (question) => {
    const prompt = asPromptText(writeOut(question, full), plan, plan.chat);
    const { text, finished } = await server.write('text' in prompt ? prompt.text : prompt.messages, greedy);
    return { text: extractSql(text), finished };
  };
}
