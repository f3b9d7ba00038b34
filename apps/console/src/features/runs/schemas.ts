/** What the table of runs is asked and what it answers. */
import { z } from '@hono/zod-openapi';
import { RunStatus } from '@queryloop/contracts';

const commaList = (most: number) =>
  z
    .string()
    .max(20_000)
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(z.array(z.string().max(200)).max(most, `names more than ${most}`));

export const mostColumns = 40;

export const RunsQuery = z.object({
  filter: z
    .string()
    .max(4000)
    .default('')
    .describe(
      'Terms joined by AND (or a space), OR, NOT and parentheses: status:failed (tag:paper OR grpo.beta<0.1) max(dev/accuracy)>0.6 words',
    ),
  sort: z
    .string()
    .max(200)
    .optional()
    .describe('A column, with "-" before it for the highest first: -max(dev/accuracy). Newest first when left out.'),
  columns: commaList(mostColumns)
    .default([])
    .describe(
      'Columns joined by commas: facts (duration, parent, …), settings (grpo.beta), metrics and scores (reward, max(dev/accuracy)).',
    ),
  group: z.string().max(200).optional().describe('Runs with equal values of this column: experiment, or a setting.'),
  ids: commaList(1000).optional().describe('Only these runs, if they match.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Most runs, or groups.'),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type RunsQuery = z.infer<typeof RunsQuery>;

export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

export const RunRow = z.object({
  id: z.string(),
  name: z.string(),
  seed: z.number().int(),
  status: RunStatus,
  experimentId: z.string().describe('Runs that differ in their seed only have the same.'),
  updates: z.object({ done: z.number().int().nullable(), planned: z.number().int() }),
  sweep: z.object({ id: z.string(), name: z.string() }).nullable(),
  parent: z.object({ runId: z.string(), update: z.number().int() }).nullable(),
  error: z.string().nullable(),
  tags: z.array(z.string()),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  activeAt: z.iso.datetime().nullable().describe('When its last step was done.'),
  cells: z.record(z.string(), Cell).describe('Values of the columns that were asked for.'),
});
export type RunRow = z.infer<typeof RunRow>;

export const GroupCell = z.union([
  z.object({
    kind: z.literal('mean'),
    mean: z.number(),
    standardError: z.number().nullable(),
    n: z.number().int(),
  }),
  z.object({ kind: z.literal('same'), value: Cell }),
  z.object({ kind: z.literal('mixed'), distinct: z.number().int() }),
]);
export type GroupCell = z.infer<typeof GroupCell>;

export const RunGroup = z.object({
  key: z.string(),
  label: z.string(),
  detail: z.record(z.string(), Cell).describe('Settings in which it differs from groups of the same label.'),
  runIds: z.array(z.string()).describe('All members that match.'),
  statuses: z.partialRecord(RunStatus, z.number().int()),
  cells: z.record(z.string(), GroupCell),
});
export type RunGroup = z.infer<typeof RunGroup>;

export const RunsPage = z.object({
  items: z.array(RunRow).describe('In order; with `group`, all members of the groups of this page.'),
  total: z.number().int().describe('Runs that match.'),
  groups: z.array(RunGroup).nullable(),
  totalGroups: z.number().int().nullable(),
});
export type RunsPage = z.infer<typeof RunsPage>;

/** What columns, filters and groups can name in this store. */
export const Choices = z.object({
  runs: z.number().int(),
  series: z.array(z.object({ name: z.string(), runs: z.number().int() })),
  settings: z.array(z.object({ path: z.string(), distinct: z.number().int(), values: z.array(Cell) })),
  tags: z.array(z.string()),
  names: z.array(z.string()),
  sweeps: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type Choices = z.infer<typeof Choices>;
