/** The HTTP API: every feature's routes under /api/v1. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { actionsApi } from '#features/actions/api.ts';
import { chartsApi } from '#features/charts/api.ts';
import { compareApi } from '#features/compare/api.ts';
import { datasetsApi } from '#features/datasets/api.ts';
import { healthApi } from '#features/health/api.ts';
import { newApi } from '#features/new/api.ts';
import { rolloutsApi } from '#features/rollouts/api.ts';
import { runApi } from '#features/run/api.ts';
import { runsApi } from '#features/runs/api.ts';
import { sessionApi } from '#features/session/api.ts';
import { sweepsApi } from '#features/sweeps/api.ts';
import { liveApi } from '#live/api.ts';
import { describeApi } from './document.ts';
import { guard, limitBody } from './guard.ts';
import { countRequests } from './request-metrics.ts';
import { router } from './router.ts';

export function createApi() {
  const api = router().basePath('/api/v1');
  api.use('*', countRequests, guard, limitBody);
  api.route('/', sessionApi());
  api.route('/', compareApi());
  api.route('/', healthApi());
  api.route('/', newApi());
  api.route('/', actionsApi());
  api.route('/', runsApi);
  api.route('/', runApi);
  api.route('/', rolloutsApi);
  api.route('/', datasetsApi);
  api.route('/', sweepsApi);
  api.route('/', chartsApi());
  api.route('/', liveApi());
  api.openapi(document, (context) => context.json({ ...describeApi(api) }, 200));
  api.notFound((context) => notThere(api, context.req.path, context.req.method));
  return api;
}

const document = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'describeApi',
  tags: ['console'],
  summary: 'This document',
  responses: {
    200: {
      description: 'OpenAPI 3.1.',
      content: { 'application/json': { schema: z.looseObject({ openapi: z.string() }) } },
    },
  },
});

/** 404; or 405 with the methods that there are. */
function notThere(api: OpenAPIHono, path: string, method: string): Response {
  const here = api.routes.filter((route) => route.method !== 'ALL' && patternOf(route.path).test(path));
  const allowed = [...new Set(here.map((route) => route.method))];
  if (allowed.length === 0) return Response.json({ error: { message: `there is no ${path} here` } }, { status: 404 });
  const message = `${method} is not possible here; allowed: ${allowed.join(', ')}`;
  return Response.json({ error: { message } }, { status: 405, headers: { allow: allowed.join(', ') } });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/:[^/{]+(\{[^}]*\})?/g, '[^/]+')}$`);
}
