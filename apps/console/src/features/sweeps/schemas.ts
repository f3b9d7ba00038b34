/** What the API tells of sweeps. */
import { z } from '@hono/zod-openapi';
import { RunStatus, SweepConfig, SweepDecision } from '@queryloop/contracts';

const SweepStatus = z.enum(['running', 'finished', 'failed', 'cancelled']);
const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const Spent = z.object({ updates: z.number(), tokens: z.number(), hours: z.number() });

export const SeedScore = z.object({
  mean: z.number(),
  standardError: z.number().nullable().describe('Over seeds; null with one.'),
  n: z.number().int(),
});
export type SeedScore = z.infer<typeof SeedScore>;

export const SweepItem = z.object({
  id: z.string(),
  name: z.string(),
  status: SweepStatus,
  method: z.enum(['grid', 'random', 'asha']),
  parameters: z.array(z.string()),
  trials: z.number().int(),
  /** Every trial with every seed; successive halving stops some early. */
  planned: z.number().int(),
  statuses: z.partialRecord(RunStatus, z.number().int()),
  bestDev: z.number().nullable().describe('Highest accuracy on dev of any of its runs.'),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type SweepItem = z.infer<typeof SweepItem>;

export const SweepsPage = z.object({ items: z.array(SweepItem), total: z.number().int() });
export type SweepsPage = z.infer<typeof SweepsPage>;

export const SweepTrial = z.object({
  id: z.string(),
  parameters: Parameters,
  dev: SeedScore.nullable(),
  test: SeedScore.nullable().describe('Of finished runs.'),
  runs: z.array(
    z.object({
      runId: z.string(),
      seed: z.number().int(),
      status: RunStatus.nullable().describe('Null: not begun.'),
      update: z.number().int(),
      dev: z.number().nullable(),
    }),
  ),
});
export type SweepTrial = z.infer<typeof SweepTrial>;

export const SweepDetail = z.object({
  ...SweepItem.shape,
  settings: SweepConfig,
  /** The best on dev first. */
  items: z.array(SweepTrial),
  decisions: z.array(SweepDecision),
  rungs: z.array(z.number().int()).describe('Updates at which trials are compared; of method asha.'),
  spent: Spent,
  exhausted: z.enum(['updates', 'tokens', 'hours']).nullable(),
  importance: z.object({
    parameters: z.array(
      z.object({ parameter: z.string(), explained: z.number().nullable(), correlation: z.number().nullable() }),
    ),
    n: z.number().int(),
    rung: z
      .number()
      .int()
      .nullable()
      .describe('Scores are those of this rung, which all of these trials have reached.'),
  }),
  problem: z.string().nullable().describe('Why what the sweep does now is not known.'),
});
export type SweepDetail = z.infer<typeof SweepDetail>;
