/** What the API tells of runs beside one another. */
import { z } from '@hono/zod-openapi';

const count = () => z.number().int().nonnegative();
const share = () => z.number().min(0).max(1);
const mostIds = 200;

/** Ids of runs and sweeps, parted by commas. */
export const Ids = z
  .string()
  .min(1)
  .max(20_000)
  .openapi({ example: 'quickstart-s1-20260102-093000-7f3a,sweep-learning-rate' })
  .transform((text) => [...new Set(text.split(',').filter(Boolean))])
  .refine((ids) => ids.length > 0 && ids.length <= mostIds, `names none or more than ${mostIds} runs`);

export const Split = z.enum(['test', 'dev']).default('test');

export const ComparedRun = z.object({
  id: z.string(),
  name: z.string(),
  seed: count(),
  status: z.enum(['running', 'paused', 'stopped', 'finished', 'failed', 'cancelled']),
});
export type ComparedRun = z.infer<typeof ComparedRun>;

/** Runs that differ in nothing but their seed. */
export const Side = z.object({ label: z.string(), runs: z.array(ComparedRun) }).openapi('ComparedSide');
export type Side = z.infer<typeof Side>;

export const Setting = z.object({
  field: z.string(),
  values: z.array(z.string().nullable()).describe('One for each side; null where it is left out'),
  differs: z.boolean(),
});
export type Setting = z.infer<typeof Setting>;

export const SidesAnswer = z
  .object({
    sides: z.array(Side),
    settings: z.array(Setting),
    unknown: z.array(z.string()).describe('Ids that name no run or sweep'),
  })
  .openapi('Sides');
export type SidesAnswer = z.infer<typeof SidesAnswer>;

const SeedScore = z.object({ mean: z.number(), standardError: z.number().nullable(), seeds: count() });

export const Judged = z
  .object({
    label: z.string(),
    runs: z.array(z.object({ runId: z.string(), seed: count(), accuracy: share() })),
    accuracy: SeedScore,
    comparison: z
      .object({
        reference: z.string(),
        points: z.number().describe('Difference in percentage points'),
        low: z.number(),
        high: z.number(),
        won: count().describe('Questions answered right in more of its seeds than of the reference'),
        lost: count(),
        mcnemarP: share().describe('Exact'),
        holmP: share().describe('Corrected for all comparisons shown'),
        verdict: z.enum(['better', 'worse', 'undecided']),
        seedsNeeded: count().nullable().describe('To add to each side; null when nobody can say'),
      })
      .nullable()
      .describe('Null for the reference itself'),
  })
  .openapi('JudgedSide');
export type Judged = z.infer<typeof Judged>;

export const VerdictAnswer = z
  .object({ split: z.enum(['test', 'dev']), questions: count(), sides: z.array(Judged), leftOut: z.array(ComparedRun) })
  .openapi('Comparison');
export type VerdictAnswer = z.infer<typeof VerdictAnswer>;

export const CoverageKind = z.enum(['type', 'table', 'construct']);
export type CoverageKind = z.infer<typeof CoverageKind>;

export const CoverageAnswer = z
  .object({
    by: CoverageKind,
    sides: z.array(z.string()),
    rows: z.array(
      z.object({ key: z.string(), cells: z.array(z.object({ n: count(), correct: count() })).describe('One a side') }),
    ),
  })
  .openapi('Coverage');
export type CoverageAnswer = z.infer<typeof CoverageAnswer>;

export const EvaluationChoice = z.object({
  id: z.string(),
  runId: z.string(),
  update: count(),
  split: z.enum(['test', 'dev', 'train']),
  accuracy: share(),
});
export type EvaluationChoice = z.infer<typeof EvaluationChoice>;

export const FlipChange = z.enum(['won', 'lost', 'both']);
export type FlipChange = z.infer<typeof FlipChange>;

const Written = z.object({ sql: z.string(), result: z.string(), outcome: z.string(), correct: z.boolean() });

export const FlipsAnswer = z
  .object({
    counts: z.object({ won: count(), lost: count(), right: count(), wrong: count() }).describe('right, wrong: in both'),
    items: z.array(
      z.object({
        position: count(),
        question: z.string(),
        type: z.string(),
        answer: z.string(),
        before: Written,
        after: Written,
      }),
    ),
    total: count().describe('That fit the filter'),
  })
  .openapi('Flips');
export type FlipsAnswer = z.infer<typeof FlipsAnswer>;
