/** Counts the API's answers by route, and how long they took. */
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { consoleMetrics } from '#server/metrics.ts';

export const countRequests: MiddlewareHandler = async (context, next) => {
  const startedAt = performance.now();
  await next();
  const { method } = context.req;
  // Middleware stands under a path with a star; what is nobody's route is not told apart, as anybody can ask for anything.
  const route = matchedRoutes(context).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'none';
  const { requests, seconds } = consoleMetrics();
  requests.inc({ method, route, status: String(context.res.status) });
  seconds.observe({ method, route }, (performance.now() - startedAt) / 1000);
};
