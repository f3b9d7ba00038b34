/** The table config: settings and seeds of one experiment, the splits they are scored on, and the page that the table stands in. */
import { z } from 'zod';

const seedList = () => z.array(z.number().int().nonnegative()).min(1);

export const TableVariant = z
  .strictObject({
    name: z.string().min(1).describe('Names its row, and its runs.'),
    what: z.string().optional().describe('What it is, in a few words for the page.'),
    set: z.record(z.string(), z.unknown()).default({}).describe('Fields of the experiment (dotted) with their values.'),
    seeds: seedList().optional().describe("Seeds that it runs with; the table's when left out."),
  })
  .describe('One setting of the experiment.');
export type TableVariant = z.infer<typeof TableVariant>;

export const TableConfig = z
  .strictObject({
    name: z.string().min(1).describe('Names the table and its runs; the same name goes on with the same runs.'),
    experiment: z.string().min(1).describe('Experiment config to vary, relative to this file.'),
    set: z.record(z.string(), z.unknown()).default({}).describe('Fields of the experiment set alike in every run.'),
    variants: z
      .array(TableVariant)
      .min(1)
      .describe('Settings to run; the first is the one that the others are compared with.'),
    seeds: seedList().default([1]).describe('Every variant runs once for each seed.'),
    splits: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Splits, or paths of files, that each run's policies are scored on, before and after GRPO; the experiment's test split when left out.",
      ),
    report: z
      .string()
      .min(1)
      .describe(
        'Markdown file that the table is written into, relative to this file: between `<!-- table: <name> -->` and `<!-- end of table: <name> -->`.',
      ),
    parallel: z.number().int().positive().default(1).describe('Runs of a variant at a time.'),
  })
  .describe('A table of results: variants × seeds, scored on splits.');
export type TableConfig = z.infer<typeof TableConfig>;
