/** Routes of the table of runs. */
import { createRoute, z } from '@hono/zod-openapi';
import { router } from '#api/router.ts';
import { store } from '#server/store.ts';
import { runsCsv } from './csv.ts';
import { readChoices, readRuns } from './read.ts';
import { Choices, RunsPage, RunsQuery } from './schemas.ts';

const json = <Schema>(description: string, schema: Schema) => ({
  200: { description, content: { 'application/json': { schema } } },
});

export const runsApi = router();

runsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs',
    tags: ['runs'],
    summary: 'Runs, filtered, sorted, grouped',
    request: { query: RunsQuery },
    responses: json('A page of runs.', RunsPage),
  }),
  async (context) => context.json(await readRuns(await store(), context.req.valid('query')), 200),
);

runsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs.csv',
    tags: ['runs'],
    summary: 'Runs as a file for spreadsheets',
    request: { query: RunsQuery },
    responses: { 200: { description: 'A line for each run.', content: { 'text/csv': { schema: z.string() } } } },
  }),
  async (context) => {
    const query = context.req.valid('query');
    const { items } = await readRuns(await store(), query);
    return context.body(runsCsv(items, query.columns), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="runs.csv"',
      'x-content-type-options': 'nosniff',
    });
  },
);

runsApi.openapi(
  createRoute({
    method: 'get',
    path: '/columns',
    tags: ['runs'],
    summary: 'What columns, filters and groups of the table of runs can name',
    responses: json('Metrics and scores, settings with their values, tags, names, sweeps.', Choices),
  }),
  async (context) => context.json(await readChoices(await store()), 200),
);
