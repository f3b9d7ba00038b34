/** The prepared dataset as later steps read it: questions linked, databases built, everything under one hash. */
import type { ArtifactRef, Shard, StepContext } from '@queryloop/contracts';
import type { AnswerForm, Bindings, DatabaseSchema } from '@queryloop/text-to-sql';

export interface PreparedQuestion {
  id: string;
  question: string;
  /** Gold answer; several parts are joined by ", ". */
  answer: string;
  type: string;
  /** What the policy reads. */
  prompt: string;
  /** Values behind the placeholders of the prompt. */
  bindings: Bindings;
}

export interface PreparedSplit {
  /** Name of the split, or path of its file. */
  name: string;
  /** Folder with `data.sqlite`. */
  database: ArtifactRef;
  /** Name of the database on the MariaDB/MySQL server of the config, when one is used. */
  serverDatabase: string | null;
  questions: PreparedQuestion[];
}

export type SplitRole = 'train' | 'dev' | 'test';

export interface PreparedDataset {
  label: string;
  schema: DatabaseSchema;
  /** Forms in which the train answers are written. */
  forms: AnswerForm[];
  splits: Record<SplitRole, PreparedSplit>;
}

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
