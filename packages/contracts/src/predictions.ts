/** What an evaluation leaves for each question; two such lists, in the same order, are what a paired comparison reads. */
import { z } from 'zod';

export const Prediction = z.object({
  /** Question as asked. */
  question: z.string(),
  /** Question type of the benchmark or the built-in world, as in `Scores.byType`. */
  type: z.string(),
  /** Expected answer, as the dataset writes it. */
  answer: z.string(),
  /** Query the policy wrote, with its values bound. */
  sql: z.string(),
  /** Typed outcome of running it, e.g. "ok", "wrong", "empty", "syntax error", "timeout". */
  outcome: z.string(),
  /** What the query returned, as text (first rows), or the database's message. */
  result: z.string(),
  correct: z.boolean(),
  failed: z.boolean(),
  /** Queries of the turns before, which failed, with what the policy was told; left out where there were none. */
  turns: z.array(z.object({ sql: z.string(), outcome: z.string(), message: z.string() })).optional(),
  /** What each comparator (comparators.ts) gives, 0 to 1; left out by earlier versions. */
  scores: z.record(z.string(), z.number()).optional(),
});
export type Prediction = z.infer<typeof Prediction>;
