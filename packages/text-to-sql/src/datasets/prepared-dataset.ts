/** The prepared dataset as it lies in the artifact store: questions linked, databases built, everything under one hash. */
import type { ArtifactRef } from '@queryloop/contracts';
import type { Cell, DatabaseSchema } from '../databases/schema.ts';
import type { AnswerForm } from '../grammar/answer-forms.ts';
import type { WordList } from '../grammar/word-list.ts';
import type { Bindings } from '../linking/bind-placeholders.ts';
import type { PromptPlan } from '../prompts/prompt-plan.ts';
import type { SampleValues } from '../prompts/schema-text.ts';

export interface PreparedQuestion {
  id: string;
  question: string;
  /** Gold answer; several parts are joined by ", ". */
  answer: string;
  /** What the question's own query returns, where the dataset gives one. */
  rows?: Cell[][];
  /** Whether the order of those rows matters. */
  ordered?: boolean;
  type: string;
  /** What the policy reads; in a dataset with `prompts` the question, from which they are written. */
  prompt: string;
  /** The prompt with placeholders, where `prompt` has none. */
  linked?: string;
  /** Values that the question names, by placeholder. */
  bindings: Bindings;
}

export interface PreparedSplit {
  /** Name of the split, or path of its file. */
  name: string;
  /** Folder with `data.sqlite`. */
  database: ArtifactRef;
  /** Name of the database on the MariaDB/MySQL server of the config, when one is used. */
  serverDatabase: string | null;
  /** What prompts show beside the columns; with `prompts` only. */
  sampleValues?: SampleValues;
  questions: PreparedQuestion[];
}

export type SplitRole = 'train' | 'dev' | 'test';

export interface PreparedDataset {
  label: string;
  schema: DatabaseSchema;
  /** What people call its tables and columns; the athletes' list when left out. */
  words?: WordList;
  /** Forms in which the train answers are written. */
  forms: AnswerForm[];
  /** How prompts are written that say it all in words; queries then hold their values. Left out: prompts have placeholders. */
  prompts?: PromptPlan;
  splits: Record<SplitRole, PreparedSplit>;
}
