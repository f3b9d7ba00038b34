/** The API's routes for series of runs. */
import { createRoute } from '@hono/zod-openapi';
import { router } from '#api/router.ts';
import { store } from '#server/store.ts';
import { readSeries, readSeriesNames } from './read.ts';
import { SeriesAnswer, SeriesNames, SeriesNamesQuery, SeriesQuery } from './schemas.ts';

const json = <Schema>(schema: Schema) => ({ 'application/json': { schema } });

export function chartsApi() {
  return router()
    .openapi(
      createRoute({
        method: 'get',
        path: '/series',
        operationId: 'readSeries',
        tags: ['charts'],
        summary: 'Series of runs, thinned for drawing',
        request: { query: SeriesQuery },
        responses: { 200: { description: 'The series, in the order asked for.', content: json(SeriesAnswer) } },
      }),
      async (context) => context.json(await readSeries(await store(), context.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/series/names',
        operationId: 'listSeriesNames',
        tags: ['charts'],
        summary: 'Names of the series that runs have',
        request: { query: SeriesNamesQuery },
        responses: { 200: { description: 'The names, in order.', content: json(SeriesNames) } },
      }),
      async (context) => context.json(await readSeriesNames(await store(), context.req.valid('query').runs), 200),
    );
}
