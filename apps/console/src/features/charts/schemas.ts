/** What is asked of series of runs, and the answers. */
import { z } from '@hono/zod-openapi';

const list = (what: string, most: number) =>
  z
    .string()
    .min(1)
    .max(20_000)
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(z.array(z.string()).min(1, `names no ${what}`).max(most, `names more than ${most} ${what}s`))
    .openapi({ type: 'string' });

export const XAxis = z.enum(['update', 'tokens', 'seconds']);
export type XAxis = z.infer<typeof XAxis>;

const runs = list('run', 100).describe('Ids of runs, joined by commas.');

/** Long ones are read and thinned in one go. */
const mostSeries = 400;

export const SeriesQuery = z
  .object({
    runs,
    names: list('series', 20).describe('Names of metrics and scores, joined by commas: reward,dev/accuracy.'),
    x: XAxis.default('update').describe('tokens: sampled in training; seconds: that the steps took, pauses left out.'),
    points: z.coerce
      .number()
      .int()
      .min(4)
      .max(20_000)
      .default(1000)
      .describe('Most points of a series; every minimum and maximum is among them.'),
    from: z.coerce.number().optional().describe('Only from this x on, with one point before it.'),
    to: z.coerce.number().optional().describe('Only up to this x, with one point after it.'),
    group: z.enum(['experiment']).optional().describe('Adds mean and standard error over the runs of an experiment.'),
  })
  .refine(({ runs: ids, names }) => ids.length * names.length <= mostSeries, {
    path: ['names'],
    error: `are more than ${mostSeries} series together with the runs`,
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'is below from',
  });
export type SeriesQuery = z.infer<typeof SeriesQuery>;

const point = z.tuple([z.number(), z.number()]);

/** Where a run stands in what was read; live points up to there are in it already. */
export const SeriesPosition = z.object({
  metrics: z.number().int(),
  dev: z.number().int(),
  test: z.number().int(),
  cursor: z.string().describe('For `after` of /live, to go on from here.'),
});
export type SeriesPosition = z.infer<typeof SeriesPosition>;

export const RunSeries = z.object({
  runId: z.string(),
  seed: z.number().int(),
  experimentId: z.string(),
  name: z.string(),
  points: z.array(point).describe('[x, y], ascending in x.'),
  total: z.number().int().describe('Points before thinning.'),
  last: point.nullable(),
  /** Which of them is best depends on the metric. */
  lowest: point.nullable(),
  highest: point.nullable(),
});
export type RunSeries = z.infer<typeof RunSeries>;

export const GroupSeries = z.object({
  experimentId: z.string(),
  label: z.string(),
  name: z.string(),
  runIds: z.array(z.string()),
  points: z.array(point).describe('[x, mean], ascending in x.'),
  band: z
    .array(z.tuple([z.number(), z.number(), z.number()]))
    .describe('[x, mean − standard error, mean + standard error]; only where there are two runs at least.'),
});
export type GroupSeries = z.infer<typeof GroupSeries>;

export const SeriesAnswer = z.object({
  x: XAxis,
  series: z.array(RunSeries),
  groups: z.array(GroupSeries),
  positions: z.record(z.string(), SeriesPosition).describe('By run.'),
  members: z.record(z.string(), z.object({ seed: z.number().int(), experimentId: z.string() })).describe('By run.'),
});
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;

export const SeriesNamesQuery = z.object({ runs });
export const SeriesNames = z.object({
  items: z.array(z.object({ name: z.string(), runs: z.number().int().describe('How many of the runs have it.') })),
  total: z.number().int(),
});
export type SeriesNames = z.infer<typeof SeriesNames>;
