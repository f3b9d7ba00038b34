/** Reads the prepared dataset for the steps, and finds their part of it. */
import { join } from 'node:path';
import type { ArtifactRef, Shard, StepContext } from '@queryloop/contracts';
import {
  athletesWordList,
  type PreparedDataset,
  type PreparedQuestion,
  type PreparedSplit,
  type SplitRole,
  type WordList,
} from '@queryloop/text-to-sql';

export type { PreparedDataset, PreparedQuestion, PreparedSplit, SplitRole };

const loaded = new Map<string, Promise<PreparedDataset>>();

/** The dataset behind a reference; kept in memory, since every step of a run reads it. */
export function loadDataset(ref: ArtifactRef, { artifacts }: Pick<StepContext, 'artifacts'>): Promise<PreparedDataset> {
  let dataset = loaded.get(ref.hash);
  if (!dataset) {
    dataset = artifacts.getJson<PreparedDataset>(ref);
    dataset.catch(() => loaded.delete(ref.hash));
    if (loaded.size >= 4) loaded.clear();
    loaded.set(ref.hash, dataset);
  }
  return dataset;
}

/** The SQLite file of a split. */
export async function databaseFile(
  { database }: Pick<PreparedSplit, 'database'>,
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<string> {
  return join(await artifacts.path(database), 'data.sqlite');
}

/** The word list of a dataset: its own, or that of the benchmark. */
export function wordsOf({ words }: Pick<PreparedDataset, 'words'>): WordList {
  return words ?? athletesWordList();
}

/** Questions of a split by their prompt, in the order in which the prompts first occur. */
export function questionsByPrompt({ questions }: PreparedSplit): Map<string, number[]> {
  const byPrompt = new Map<string, number[]>();
  questions.forEach(({ prompt }, i) => {
    const known = byPrompt.get(prompt);
    if (known) known.push(i);
    else byPrompt.set(prompt, [i]);
  });
  return byPrompt;
}

/** The prompts of one shard of a split, every `of`-th, with their questions. */
export function promptsOfShard(split: PreparedSplit, { index, of }: Shard): [prompt: string, questions: number[]][] {
  return [...questionsByPrompt(split)].filter((_, place) => place % of === index);
}

/** The questions of one shard of a split, in the split's order. */
export function questionsOfShard(split: PreparedSplit, shard: Shard): number[] {
  return promptsOfShard(split, shard)
    .flatMap(([, questions]) => questions)
    .sort((a, b) => a - b);
}
