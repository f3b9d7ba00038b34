/** The prepared dataset as it lies in the artifact store: questions linked, databases built, everything under one hash. */
import type { ArtifactRef } from '@queryloop/contracts';
import type { Cell, DatabaseSchema } from '../databases/schema.ts';
import type { AnswerForm } from '../grammar/answer-forms.ts';
import type { WordList } from '../grammar/word-list.ts';
import type { Bindings } from '../linking/bind-placeholders.ts';

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
  /** What people call its tables and columns; the athletes' list when left out. */
  words?: WordList;
  /** Forms in which the train answers are written. */
  forms: AnswerForm[];
  splits: Record<SplitRole, PreparedSplit>;
}
