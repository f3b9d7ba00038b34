/** The policy before GRPO: a Hugging Face folder, or a small policy made here, either taught on pairs first. */
import { cp } from 'node:fs/promises';
import type { ArtifactRef, Metrics, Step, StepContext, WarmStartInput, WarmStartOutput } from '@queryloop/contracts';
import { isAdapterFolder, Policy } from '@queryloop/policy';
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
import { loadPolicy, templateFolder } from './load-policy.ts';
import { FIRST_TRAINING_PAIR, pairSource, pairsOfFile } from './pair-source.ts';
import { locatePolicy, requirePlaceholders } from './policy-folder.ts';
import { copyChatTemplate, policyText, readChatTemplate } from './policy-text.ts';
import { openPrompts } from './prompts.ts';
import { storedModel, storeStartAdapter, useStartAdapter } from './start-adapter.ts';
import { trainOnPairs } from './train-on-pairs.ts';

/** Pairs the tokenizer is learned from. */
const TOKENIZER_PAIRS = FIRST_TRAINING_PAIR;

/**
 * Makes the policy before GRPO. With LoRA the checkpoint is an adapter over a whole model: what pairs teach is in the adapter where the
 * model came from a folder, and in the model where it is made here.
 */
export const warmStart: Step<WarmStartInput, WarmStartOutput> = async (given, context) => {
  const folder = given.policy.folder === undefined ? undefined : locatePolicy(given.policy.folder);
  const input = { ...given, policy: { ...given.policy, folder } };
  const { lora } = input.policy;
  const dataset = await loadDataset(input.dataset, context);
  const learns = folder === undefined || input.warmStart.pairs !== undefined;
  if (folder !== undefined && dataset.prompts === undefined) await requirePlaceholders(folder);
  if (folder !== undefined && !learns && lora === undefined) {
    return { checkpoint: await importFolder(folder, input, context), metrics: {} };
  }
  const pairs = pairsOfFile(input);
  const sample = await samplerOf(dataset, context);
  const model = folder !== undefined && lora !== undefined ? await importFolder(folder, input, context) : undefined;
  const policy =
    folder === undefined
      ? await createPolicy(input, dataset, sample, pairs, context)
      : await loadMerged(model === undefined ? folder : await context.artifacts.path(model), input, context);
  try {
    const learn = async (): Promise<Metrics> => {
      const source = pairSource(input, pairs, {
        ...{ dataset, policy, sample },
        ...(await textsOf(policy, dataset, input, context)),
      });
      return await trainOnPairs(policy, input, source, context);
    };
    const ofModel = model === undefined ? await learn() : {};
    const checkpoint = model ?? (await storeModel(policy, folder, context));
    if (lora === undefined) return { checkpoint, metrics: ofModel };
    const isWhole = folder !== undefined && !isAdapterFolder(folder);
    const base = isWhole ? (given.policy.folder as string) : storedModel(checkpoint);
    await useStartAdapter(policy, lora, { base, seed: input.seed });
    const ofAdapter = model !== undefined && learns ? await learn() : {};
    return {
      checkpoint: await storeStartAdapter(policy, checkpoint, input.seed, context),
      model: checkpoint,
      metrics: { ...ofModel, ...ofAdapter },
    };
  } finally {
    policy.dispose();
  }
};

/** The model of a folder as a checkpoint: as it is, or with the adapter it holds merged into its base. */
async function importFolder(folder: string, input: WarmStartInput, context: StepContext): Promise<ArtifactRef> {
  const { artifacts } = context;
  if (!isAdapterFolder(folder)) {
    await checkPolicy(folder, input.threads, artifacts);
    return artifacts.putFolder('checkpoint', (target) => cp(folder, target, { recursive: true, dereference: true }));
  }
  const policy = await loadMerged(folder, input, context);
  try {
    return await storeModel(policy, folder, context);
  } finally {
    policy.dispose();
  }
}

/** Writes all weights; the chat template comes from the folder that they began in. */
function storeModel(policy: Policy, folder: string | undefined, { artifacts }: StepContext): Promise<ArtifactRef> {
  return artifacts.putFolder('checkpoint', async (target) => {
    await policy.save(target);
    if (folder !== undefined) await copyChatTemplate(await templateFolder(folder, artifacts), target);
  });
}

/** Loads a folder; an adapter in it becomes part of the weights. */
async function loadMerged(folder: string, { threads }: WarmStartInput, { artifacts }: StepContext): Promise<Policy> {
  const policy = await loadPolicy(folder, { threads }, artifacts);
  if (policy.adapter !== null) policy.mergeAdapter();
  return policy;
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
  { artifacts }: StepContext,
) {
  const template = folder === undefined ? null : await readChatTemplate(await templateFolder(folder, artifacts));
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
