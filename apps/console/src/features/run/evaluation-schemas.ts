/** What the API tells of a run's evaluations and the queries written in them. */
import { z } from 'zod';
import { ScoreSummary } from './schemas.ts';

const count = () => z.number().int().nonnegative();

export const RunEvaluation = ScoreSummary.extend({
  id: z.string(),
  byType: z.array(z.object({ type: z.string(), n: count(), correct: count(), failed: count() })),
});
export type RunEvaluation = z.infer<typeof RunEvaluation>;

export const EvaluationsPage = z.object({ items: z.array(RunEvaluation), total: count() });
export type EvaluationsPage = z.infer<typeof EvaluationsPage>;

/** `wrong`: ran, and its answer differs. */
export const Judgement = z.enum(['correct', 'wrong', 'failed']);
export type Judgement = z.infer<typeof Judgement>;

export const PredictionsQuery = z.object({
  judgement: Judgement.optional(),
  type: z.string().max(200).optional(),
  /** In question, answer, query or result; upper and lower case alike. */
  text: z.string().max(500).optional(),
  offset: z.coerce.number().int().nonnegative().max(1e9).default(0),
  limit: z.coerce.number().int().positive().max(1000).default(50),
});
export type PredictionsQuery = z.infer<typeof PredictionsQuery>;

export const RunPrediction = z.object({
  /** 0-based place in the split. */
  position: count(),
  question: z.string(),
  type: z.string(),
  answer: z.string(),
  sql: z.string(),
  outcome: z.string(),
  result: z.string(),
  judgement: Judgement,
});
export type RunPrediction = z.infer<typeof RunPrediction>;

export const PredictionsPage = z.object({
  items: z.array(RunPrediction),
  /** That fit the filter. */
  total: count(),
  /** Of the whole evaluation. */
  counts: z.object({ correct: count(), wrong: count(), failed: count() }),
});
export type PredictionsPage = z.infer<typeof PredictionsPage>;
