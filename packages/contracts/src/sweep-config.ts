/** The sweep config: which experiments a sweep runs, in which order, and how far it may go. */
import { z } from 'zod';
import { rangeViolations } from './config-rules.ts';

const positiveInt = () => z.number().int().positive();

export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

export const ParameterRange = z
  .strictObject({
    min: z.number(),
    max: z.number(),
    scale: z.enum(['linear', 'log']).default('linear').describe('Even over the numbers, or over their logarithms.'),
    whole: z.boolean().default(false).describe('Whole numbers only.'),
  })
  .superRefine((range, context) => {
    for (const violation of rangeViolations(range)) context.addIssue({ code: 'custom', ...violation });
  })
  .describe('Drawn between two bounds; methods random and asha only.');
export type ParameterRange = z.infer<typeof ParameterRange>;

export const SweepParameter = z.union([z.array(Scalar).min(1), ParameterRange]);
export type SweepParameter = z.infer<typeof SweepParameter>;

export const SweepBudget = z
  .strictObject({
    updates: positiveInt().optional().describe('GRPO updates of all runs together.'),
    tokens: positiveInt().optional().describe('Sampled tokens of all runs together.'),
    hours: z.number().positive().optional().describe('Hours since the sweep was started or resumed.'),
  })
  .describe('Once any is spent no further run is begun; runs in progress finish.');

export const SweepConfig = z
  .strictObject({
    name: z.string().min(1).describe('Names the sweep and its runs; the same name goes on with the same sweep.'),
    experiment: z.string().min(1).describe('Experiment config to vary, relative to this file.'),
    set: z.record(z.string(), Scalar).default({}).describe('Fields of the experiment set alike in every run.'),
    method: z
      .enum(['grid', 'random', 'asha'])
      .default('grid')
      .describe(
        'Every combination; drawn ones; or drawn ones of which only the best on dev go on (successive halving).',
      ),
    parameters: z
      .record(z.string(), SweepParameter)
      .default({})
      .describe('Field of the experiment (dotted) to its values, or to a range to draw from.'),
    seeds: z
      .array(z.number().int().nonnegative())
      .min(1)
      .default([1])
      .describe('Every combination runs once for each seed.'),
    trials: positiveInt().default(8).describe('Combinations that random and asha draw.'),
    seed: z.number().int().nonnegative().default(1).describe('Keys the draws.'),
    asha: z
      .strictObject({
        minUpdates: positiveInt().default(25).describe('Updates before the first decision.'),
        reduction: positiveInt()
          .min(2)
          .default(3)
          .describe('η: of so many combinations the best goes on, to so many times the updates.'),
      })
      .prefault({})
      .describe('Asynchronous successive halving (arXiv 1810.05934), on dev accuracy averaged over seeds.'),
    parallel: positiveInt().default(1).describe('Runs at a time.'),
    budget: SweepBudget.prefault({}),
    priority: z
      .number()
      .int()
      .min(1)
      .max(5)
      .default(3)
      .describe('Of its steps among those of other runs waiting for the same workers; 1 comes first.'),
  })
  .describe('A sweep: many runs of one experiment.');
export type SweepConfig = z.infer<typeof SweepConfig>;
