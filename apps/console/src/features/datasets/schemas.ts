/** What the API tells of datasets: questions with their linked values, the schema, and what runs have answered. */
import { z } from 'zod';

const count = () => z.number().int().nonnegative();

export const SplitName = z.enum(['train', 'dev', 'test']);
export type SplitName = z.infer<typeof SplitName>;

export const DatasetSummary = z.object({
  hash: z.string(),
  label: z.string(),
  bytes: count(),
  /** Questions by split. */
  questions: z.record(z.string(), count()),
  runs: count(),
  createdAt: z.string(),
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;
export const DatasetsPage = z.object({ items: z.array(DatasetSummary), total: count() });
export type DatasetsPage = z.infer<typeof DatasetsPage>;

export const DatasetTable = z.object({
  name: z.string(),
  rowCount: count(),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['integer', 'real', 'text', 'date', 'time', 'datetime']),
      /** Part of the primary key. */
      key: z.boolean(),
      /** What it means, where the dataset says so. */
      description: z.string().optional(),
      references: z.object({ table: z.string(), column: z.string() }).nullable(),
      distinctCount: count(),
      nullCount: count(),
      samples: z.array(z.union([z.string(), z.number(), z.null()])),
    }),
  ),
});
export type DatasetTable = z.infer<typeof DatasetTable>;

export const DatasetDetail = DatasetSummary.omit({ createdAt: true, runs: true }).extend({
  splits: z.array(
    z.object({
      role: SplitName,
      name: z.string(),
      questions: count(),
      /** The same text for the policy. */
      prompts: count(),
      types: z.array(z.object({ type: z.string(), questions: count() })),
    }),
  ),
  usedBy: z.array(
    z.object({ id: z.string(), name: z.string(), seed: z.number().int(), status: z.string(), createdAt: z.string() }),
  ),
});
export type DatasetDetail = z.infer<typeof DatasetDetail>;

export const DatasetSchema = z.object({
  tables: z.array(DatasetTable),
  split: SplitName,
  server: z.string().nullable(),
});
export type DatasetSchema = z.infer<typeof DatasetSchema>;

/** A part of a question that names a value of the database. */
export const LinkedSpan = z.object({
  start: count(),
  end: count(),
  placeholder: z.string(),
  value: z.union([z.string(), z.number()]),
});
export type LinkedSpan = z.infer<typeof LinkedSpan>;

export const DatasetQuestion = z.object({
  /** 0-based place in the split. */
  position: count(),
  id: z.string(),
  question: z.string(),
  answer: z.string(),
  type: z.string(),
  /** What the policy reads. */
  prompt: z.string(),
  spans: z.array(LinkedSpan),
  /** Questions of the split with the same prompt, this one included. */
  samePrompt: count(),
  /** Runs that answered it in their last evaluation on the split, and how many of them were right. */
  asked: count(),
  correct: count(),
});
export type DatasetQuestion = z.infer<typeof DatasetQuestion>;

export const QuestionsQuery = z.object({
  split: SplitName.default('dev'),
  type: z.string().max(200).optional(),
  /** In question, answer or prompt; upper and lower case alike. */
  text: z.string().max(500).optional(),
  /** `unlinked`: no value of the database was found in it. */
  linked: z.enum(['linked', 'unlinked']).optional(),
  sort: z.enum(['position', 'accuracy', 'type']).default('position'),
  descending: z.enum(['true', 'false']).default('false'),
  offset: z.coerce.number().int().nonnegative().max(1e9).default(0),
  limit: z.coerce.number().int().positive().max(500).default(50),
});
export type QuestionsQuery = z.infer<typeof QuestionsQuery>;

export const QuestionsPage = z.object({ items: z.array(DatasetQuestion), total: count() });
export type QuestionsPage = z.infer<typeof QuestionsPage>;

export const QuestionHistory = z.object({
  question: DatasetQuestion,
  runs: z.array(
    z.object({
      runId: z.string(),
      answers: z.array(
        z.object({
          update: count(),
          sql: z.string(),
          outcome: z.string(),
          result: z.string(),
          correct: z.boolean(),
        }),
      ),
    }),
  ),
});
export type QuestionHistory = z.infer<typeof QuestionHistory>;
