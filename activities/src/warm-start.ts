/** The policy before GRPO: a Hugging Face folder, or a small policy made here, either taught on pairs first. */
import { cp } from 'node:fs/promises';
import type { Step, StepContext, WarmStartInput, WarmStartOutput } from '@queryloop/contracts';
import { AdamW, loadTensorflow, Policy } from '@queryloop/policy';
import {
  grammarSampler,
  type LiteralSampler,
  learnTokenizer,
  linkedPrompt,
  literalSampler,
  readSqlite,
  type SupervisedPair,
} from '@queryloop/text-to-sql';
import { checkPolicy } from './check-policy.ts';
import { databaseFile, loadDataset, type PreparedDataset, wordsOf } from './dataset-artifact.ts';
import { letEventsThrough } from './let-events-through.ts';
import { FIRST_TRAINING_PAIR, type PairSource, pairSource, pairsOfFile } from './pair-source.ts';
import { locatePolicy, requirePlaceholders } from './policy-folder.ts';
import { copyChatTemplate, policyText, readChatTemplate } from './policy-text.ts';
import { openPrompts } from './prompts.ts';

/** Pairs the tokenizer is learned from. */
const TOKENIZER_PAIRS = FIRST_TRAINING_PAIR;

/** Makes the base checkpoint. */
export const warmStart: Step<WarmStartInput, WarmStartOutput> = async (given, context) => {
  const folder = given.policy.folder === undefined ? undefined : locatePolicy(given.policy.folder);
  const input = { ...given, policy: { ...given.policy, folder } };
  const dataset = await loadDataset(input.dataset, context);
  if (folder !== undefined) {
    if (dataset.prompts === undefined) await requirePlaceholders(folder);
    if (input.warmStart.pairs === undefined) await checkPolicy(folder, input.threads);
    if (input.warmStart.pairs === undefined) return { checkpoint: await importFolder(folder, context), metrics: {} };
  }
  const pairs = pairsOfFile(input);
  const sample = await samplerOf(dataset, context);
  const policy =
    folder === undefined ? await createPolicy(input, dataset, sample, pairs, context) : await loadPolicy(input, folder);
  try {
    const source = pairSource(input, pairs, { dataset, policy, sample, ...(await textsOf(policy, dataset, input)) });
    const metrics = await trainOnPairs(policy, input, source, context);
    const checkpoint = await context.artifacts.putFolder('checkpoint', async (target) => {
      await policy.save(target);
      if (folder !== undefined) await copyChatTemplate(folder, target);
    });
    return { checkpoint, metrics };
  } finally {
    policy.dispose();
  }
};

function importFolder(folder: string, { artifacts }: StepContext) {
  return artifacts.putFolder('checkpoint', (target) => cp(folder, target, { recursive: true, dereference: true }));
}

function loadPolicy({ threads }: WarmStartInput, folder: string): Promise<Policy> {
  return Policy.load(folder, { threads });
}

/** The grammar's pairs: with placeholders, or with values of the train database where prompts say it in words. */
async function samplerOf(dataset: PreparedDataset, context: StepContext): Promise<LiteralSampler> {
  const { schema, forms, splits } = dataset;
  if (dataset.prompts !== undefined)
    return literalSampler(
      schema,
      wordsOf(dataset),
      readSqlite(await databaseFile(splits.train, context), schema),
      forms,
    );
  const sample = grammarSampler(schema, wordsOf(dataset), forms);
  return (seed, index, reword = (question) => question) => {
    const { question, sql } = sample(seed, index);
    return { question: reword(question), sql };
  };
}

async function textsOf(
  policy: Policy,
  dataset: PreparedDataset,
  { policy: { folder }, maxTokens = 0 }: WarmStartInput,
) {
  const template = folder === undefined ? null : await readChatTemplate(folder);
  const prompts = openPrompts(dataset, { role: 'train', template, policy, maxTokens });
  return { prompts, text: policyText(policy.tokenizer, template) };
}

async function createPolicy(
  { policy, seed, threads, warmStart: settings }: WarmStartInput,
  dataset: PreparedDataset,
  sample: LiteralSampler,
  pairs: readonly SupervisedPair[],
  context: StepContext,
): Promise<Policy> {
  context.progress({ phase: 'warm start', done: 0, total: settings.steps, detail: 'learning the tokenizer' });
  await letEventsThrough(context);
  const sampled = Array.from({ length: TOKENIZER_PAIRS }, (_, i) => sample(seed, i));
  // the words of the train questions get tokens of their own too: their meaning is for GRPO to find
  const prompts = [
    ...dataset.splits.train.questions.map(({ prompt }) => prompt),
    ...sampled.map(({ question }) => linkedPrompt(question)),
    ...pairs.flatMap(({ prompt }) => ('text' in prompt ? [prompt.text] : [])),
  ];
  const queries = [...sampled.map(({ sql }) => sql), ...pairs.map(({ completion }) => completion)];
  const learned = learnTokenizer(prompts, queries, policy.vocabularySize);
  return Policy.create({
    config: {
      model_type: 'llama',
      vocab_size: learned.vocabularySize,
      hidden_size: policy.hiddenSize,
      num_hidden_layers: policy.layers,
      num_attention_heads: policy.heads,
      num_key_value_heads: policy.keyValueHeads,
      intermediate_size: policy.feedForwardSize,
      max_position_embeddings: 512,
      tie_word_embeddings: true,
      eos_token_id: learned.eosId,
      pad_token_id: learned.padId,
    },
    tokenizerJson: learned.tokenizer,
    tokenizerConfig: learned.config,
    seed,
    threads,
  });
}

async function trainOnPairs(policy: Policy, input: WarmStartInput, source: PairSource, context: StepContext) {
  const { warmStart: settings } = input;
  const tf = await loadTensorflow({ threads: input.threads });
  const optimizer = new AdamW(policy, settings.optimizer);
  let loss = 0;
  try {
    for (let step = 0; step < settings.steps; step++) {
      await letEventsThrough(context);
      const groups = Array.from({ length: settings.batchSize }, (_, i) => {
        const { promptIds, completionIds } = source(step * settings.batchSize + i);
        return { promptIds, completions: [completionIds] };
      });
      const batch = policy.packGroups(groups);
      const tokens = groups.reduce((sum, { completions }) => sum + (completions[0]?.length ?? 0), 0);
      const lossFn = () => tf.sum(policy.forward(batch, 1).logProbs).div(-tokens).asScalar();
      loss = optimizer.step(lossFn, settings.steps).loss;
      const detail = `loss ${loss.toFixed(3)}`;
      context.progress({ phase: 'warm start', done: step + 1, total: settings.steps, detail });
    }
  } finally {
    optimizer.dispose();
  }
  return { 'warm_start/loss': loss };
}
