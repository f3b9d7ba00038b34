/** What the warm start learns: pairs of the grammar, of a file, or of both, as the tokens of the policy. */
import { grammarPairs, UserError, type WarmStartInput } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import {
  keyedDraw,
  type LiteralSampler,
  linkedPrompt,
  readSupervisedPairs,
  type SupervisedPair,
} from '@queryloop/text-to-sql';
import type { PreparedDataset } from './dataset-artifact.ts';
import type { PolicyText } from './policy-text.ts';
import type { PairIds, Prompts } from './prompts.ts';
import { addWordNoise } from './word-noise.ts';

/** The pair at a place of the training, from 0; always the same. */
export type PairSource = (place: number) => PairIds;

/** Tells the draws apart: of the order of a file's pairs, and of who gives the next. */
const STREAM = { order: 79, share: 80 } as const;

/** The pairs of `warmStart.pairs`, when it names a file. */
export function pairsOfFile({ warmStart: { pairs } }: Pick<WarmStartInput, 'warmStart'>): SupervisedPair[] {
  return pairs === undefined || pairs === grammarPairs ? [] : readSupervisedPairs(pairs);
}

export interface PairMaking {
  dataset: PreparedDataset;
  policy: Pick<Policy, 'tokenizer' | 'config'>;
  prompts: Prompts;
  text: PolicyText;
  /** The grammar's pairs as the policy is to learn them. */
  sample: LiteralSampler;
}

/** Takes pairs from the file, or the grammar's where there is none or its share says so. */
export function pairSource(input: WarmStartInput, pairs: readonly SupervisedPair[], making: PairMaking): PairSource {
  const { seed, warmStart } = input;
  const grammar = grammarSource(input, making);
  if (pairs.length === 0) return grammar;
  const { grammarShare = 0 } = warmStart;
  const nth = shuffledForever(pairs, seed);
  const known = new Map<SupervisedPair, PairIds>();
  const ofFile = (place: number): PairIds => {
    const pair = nth(place);
    const learned = known.get(pair) ?? learnedPair(pair, making, warmStart.pairs ?? '');
    known.set(pair, learned);
    return learned;
  };
  // a line that cannot be learned is told before the training, not in the middle of it
  for (let place = 0; place < Math.min(pairs.length, warmStart.steps * warmStart.batchSize); place++) ofFile(place);
  return (place) => (keyedDraw(seed, place, STREAM.share).uniform() < grammarShare ? grammar(place) : ofFile(place));
}

/** Pair indexes below this are what the tokenizer was learned from. */
export const FIRST_TRAINING_PAIR = 20_000;

function grammarSource({ seed, warmStart }: WarmStartInput, { dataset, prompts, sample }: PairMaking): PairSource {
  const vocabulary = questionWords(dataset);
  return (place) => {
    const index = FIRST_TRAINING_PAIR + place;
    const noisy = (question: string) => addWordNoise(question, vocabulary, warmStart.wordNoise, [seed, index]);
    const { question, sql } = sample(seed, index, noisy);
    const prompt = dataset.prompts === undefined ? linkedPrompt(question) : question;
    return prompts.pairIds(prompt, sql);
  };
}

/** Words of the train questions: what noise is drawn from. */
function questionWords({ splits }: PreparedDataset): string[] {
  const words = splits.train.questions.flatMap(({ prompt, linked = prompt }) => linked.trim().split(/\s+/).slice(1));
  return [...new Set(words.filter((word) => !word.startsWith('{')))].sort();
}

/** All pairs in a drawn order, then all again in another one. */
function shuffledForever<T>(items: readonly T[], seed: number): (place: number) => T {
  let epoch = -1;
  let order: T[] = [];
  return (place) => {
    const wanted = Math.floor(place / items.length);
    if (wanted !== epoch) {
      const draw = keyedDraw(seed, wanted, STREAM.order);
      const keyed = items.map((item) => ({ item, at: draw.uniform() }));
      order = keyed.sort((a, b) => a.at - b.at).map(({ item }) => item);
      epoch = wanted;
    }
    return order[place % items.length] as T;
  };
}

/** Throws UserError naming the line of a pair that cannot be learned by this policy. */
function learnedPair({ prompt, completion, line }: SupervisedPair, making: PairMaking, path: string): PairIds {
  const { dataset, policy, prompts, text } = making;
  const field = 'warmStart.pairs';
  const place = `${path}:${line}`;
  const learned = naming(place, field, (): PairIds => {
    if (!('question' in prompt))
      return { promptIds: text.promptIds(prompt), completionIds: text.completionIds(prompt, completion) };
    if (dataset.prompts === undefined)
      throw new UserError({
        message: '"question" needs prompts that say it in words',
        hint: 'Set prompt.style to zero-shot or few-shot, or give the whole text as "prompt".',
      });
    return prompts.pairIds(prompt.question, completion);
  });
  const [before, after] = [learned.promptIds.length, learned.completionIds.length];
  if (before + after > policy.config.maxPositions)
    throw new UserError({
      message: `${place}: ${before} tokens of prompt and ${after} to write exceed the policy's context of ${policy.config.maxPositions}`,
      field,
      hint: 'Shorten the line or leave it out, or give a policy with a longer context in policy.folder.',
    });
  return learned;
}

function naming<T>(place: string, field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    throw new UserError({ message: `${place}: ${message}`, field, ...(hint !== undefined && { hint }) });
  }
}
