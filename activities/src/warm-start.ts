/** The policy before GRPO: a Hugging Face folder as it is, or a small policy taught on pairs from the grammar. */
import { cp } from 'node:fs/promises';
import type { Step, StepContext, WarmStartInput, WarmStartOutput } from '@queryloop/contracts';
import { AdamW, loadTensorflow, Policy } from '@queryloop/policy';
import { type GrammarPair, grammarSampler, learnTokenizer, linkedPrompt } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset, wordsOf } from './dataset-artifact.ts';
import { letEventsThrough } from './let-events-through.ts';
import { checkPolicyFolder } from './policy-folder.ts';
import { addWordNoise } from './word-noise.ts';

/** Pairs the tokenizer is learned from. */
const TOKENIZER_PAIRS = 20_000;
/** Pair indexes from here on are for training. */
const FIRST_TRAINING_PAIR = TOKENIZER_PAIRS;

/** Makes the base checkpoint. */
export const warmStart: Step<WarmStartInput, WarmStartOutput> = async (input, context) => {
  if (input.policy.folder !== undefined)
    return { checkpoint: await importFolder(input.policy.folder, context), metrics: {} };
  const dataset = await loadDataset(input.dataset, context);
  const sample = grammarSampler(dataset.schema, wordsOf(dataset), dataset.forms);
  context.progress({ phase: 'warm start', done: 0, total: input.warmStart.steps, detail: 'learning the tokenizer' });
  await letEventsThrough(context);
  const policy = await createPolicy(input, dataset, sample);
  try {
    const metrics = await trainOnPairs(policy, input, dataset, sample, context);
    const checkpoint = await context.artifacts.putFolder('checkpoint', (folder) => policy.save(folder));
    return { checkpoint, metrics };
  } finally {
    policy.dispose();
  }
};

async function importFolder(folder: string, { artifacts }: StepContext) {
  checkPolicyFolder(folder);
  return artifacts.putFolder('checkpoint', (target) => cp(folder, target, { recursive: true, dereference: true }));
}

type Sampler = (seed: number, index: number) => GrammarPair;

async function createPolicy(
  { policy, seed, threads }: WarmStartInput,
  dataset: PreparedDataset,
  sample: Sampler,
): Promise<Policy> {
  const pairs = Array.from({ length: TOKENIZER_PAIRS }, (_, i) => sample(seed, i));
  // the words of the train questions get tokens of their own too: their meaning is for GRPO to find
  const prompts = [
    ...dataset.splits.train.questions.map(({ prompt }) => prompt),
    ...pairs.map(({ question }) => linkedPrompt(question)),
  ];
  const learned = learnTokenizer(
    prompts,
    pairs.map(({ sql }) => sql),
    policy.vocabularySize,
  );
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

async function trainOnPairs(
  policy: Policy,
  input: WarmStartInput,
  dataset: PreparedDataset,
  sample: Sampler,
  context: StepContext,
) {
  const { warmStart: settings, seed } = input;
  const tf = await loadTensorflow({ threads: input.threads });
  const { tokenizer } = policy;
  const optimizer = new AdamW(policy, settings.optimizer);
  const end = tokenizer.eosIds[0] ?? 0;
  const vocabulary = questionWords(dataset);
  let loss = 0;
  try {
    for (let step = 0; step < settings.steps; step++) {
      await letEventsThrough(context);
      const groups = Array.from({ length: settings.batchSize }, (_, i) => {
        const index = FIRST_TRAINING_PAIR + step * settings.batchSize + i;
        const { question, sql } = sample(seed, index);
        const noisy = addWordNoise(question, vocabulary, settings.wordNoise, [seed, index]);
        return { promptIds: tokenizer.encode(linkedPrompt(noisy)), completions: [[...tokenizer.encode(sql), end]] };
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

/** Words of the train questions: what noise is drawn from. */
function questionWords({ splits }: PreparedDataset): string[] {
  const words = splits.train.questions.flatMap(({ prompt }) => prompt.trim().split(/\s+/).slice(1));
  return [...new Set(words.filter((word) => !word.startsWith('{')))].sort();
}
