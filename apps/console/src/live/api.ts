/** The live stream of the API. */
import { createRoute } from '@hono/zod-openapi';
import { router } from '#api/router.ts';
import { countLiveClient } from '#server/metrics.ts';
import { once } from '#server/once.ts';
import { store } from '#server/store.ts';
import { eventStream } from './event-stream.ts';
import { followRuns } from './follow-runs.ts';
import { type RunWatch, watchRuns } from './run-watch.ts';
import { LiveQuery } from './schemas.ts';

const heartbeatMs = 15_000;

/** The one that looks at the store for every open page of this process. */
export function runWatch(): RunWatch {
  return once('run-watch', () => watchRuns(store));
}

export function liveApi() {
  return router().openapi(
    createRoute({
      method: 'get',
      path: '/live',
      operationId: 'followRuns',
      tags: ['live'],
      summary: 'Follow runs as they go on',
      description:
        'Server-sent events: `points`, `run`, `runs` and `restarted`. With the id of the last event received, the stream goes on after it: no point is lost or sent twice. Without one it begins now: read the series first.',
      request: { query: LiveQuery },
      responses: {
        200: { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      },
    }),
    async (context) => {
      const { runs, after } = context.req.valid('query');
      const { feed } = await store();
      const gone = new AbortController();
      const signal = AbortSignal.any([context.req.raw.signal, gone.signal]);
      const messages = followRuns(runWatch(), (runIds) => feed.positions(runIds), {
        runIds: runs === '*' ? null : [...new Set(runs.split(',').filter(Boolean))],
        cursor: context.req.header('last-event-id') ?? after ?? null,
        signal,
      });
      const body = eventStream(countLiveClient(messages), { heartbeatMs, onCancel: () => gone.abort() });
      return context.body(body, 200, {
        'content-type': 'text/event-stream; charset=utf-8',
        // Compressing would hold events back.
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
    },
  );
}
