/** What the API tells of a run's evaluations and the queries written in them. */
import { comparatorNames } from '@queryloop/contracts';
import { z } from 'zod';
import { ScoreSummary } from './schemas.ts';

const count = () => z.number().int().nonnegative();

export const RunEvaluation = ScoreSummary.extend({
  id: z.string(),
  byType: z.array(z.object({ type: z.string(), n: count(), correct: count(), failed: count() })),
  /** Right and failed queries after each turn; empty without rollout.repairTurns. */
  afterTurns: z.array(z.object({ correct: count(), failed: count() })),
});
export type RunEvaluation = z.infer<typeof RunEvaluation>;

export const EvaluationsPage = z.object({ items: z.array(RunEvaluation), total: count() });
export type EvaluationsPage = z.infer<typeof EvaluationsPage>;

/** `wrong`: ran, and its answer differs. */
export const Judgement = z.enum(['correct', 'wrong', 'failed']);
export type Judgement = z.infer<typeof Judgement>;

const name = `(?:${comparatorNames.join('|')})`;
const pair = new RegExp(`^${name},${name}$`);

export const PredictionsQuery = z.object({
  judgement: Judgement.optional(),
  type: z.string().max(200).optional(),
  /** In question, answer, query or result; upper and lower case alike. */
  text: z.string().max(500).optional(),
  /** Two comparators: the queries that one of them accepts and the other does not. */
  between: z.string().regex(pair, 'names two comparators, such as exact,ems').optional(),
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
  /** Queries that failed before it, with what the policy was told. */
  turns: z.array(z.object({ sql: z.string(), outcome: z.string(), message: z.string() })),
  /** What each comparator gives, 0 to 1; null: evaluated by an earlier version. */
  scores: z.record(z.string(), z.number()).nullable(),
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

/** How far the comparators agree about the queries of an evaluation. A comparator accepts what it gives 1. */
export const EvaluationAgreement = z.object({
  /** Questions; 0: evaluated by an earlier version, without comparators. */
  n: count(),
  comparators: z.array(z.object({ name: z.string(), mean: z.number(), accepted: count() })),
  /** Every two comparators once; the four counts add up to n. */
  pairs: z.array(
    z.object({
      left: z.string(),
      right: z.string(),
      both: count(),
      leftOnly: count(),
      rightOnly: count(),
      neither: count(),
    }),
  ),
});
export type EvaluationAgreement = z.infer<typeof EvaluationAgreement>;
