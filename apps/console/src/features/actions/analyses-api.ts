/** Routes of analyses: what is asked of a stored run afterwards, and the answers. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  type Analysis,
  AnalysisKind,
  AuditResult,
  AuditSettings,
  ReplayResult,
  ReplaySettings,
  RescoreResult,
  RescoreSettings,
} from '@queryloop/contracts';
import { requireRun } from '@queryloop/control';
import { notFound } from '#api/errors.ts';
import type { GuardedApi } from '#api/guard.ts';
import { IdParam } from '#api/ids.ts';
import { answer } from '#api/route.ts';
import { store } from '#server/store.ts';

export function addAnalyses(api: GuardedApi): void {
  api.openapi(listRoute, async (context) => {
    const { id } = context.req.valid('param');
    const opened = await store();
    await requireRun(opened, id);
    const items = await opened.analyses.list(id, context.req.valid('query').kind);
    return context.json({ items: items.map(shown), total: items.length }, 200);
  });

  api.openapi(getRoute, async (context) => {
    const { id } = context.req.valid('param');
    const analysis = await (await store()).analyses.get(id);
    if (analysis === null) throw notFound(`analysis ${id}`);
    return context.json(shown(analysis), 200);
  });
}

const shared = {
  id: z.string(),
  runId: z.string(),
  status: z.enum(['running', 'finished', 'failed']),
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
};
const ShownAnalysis = z
  .union([
    z.object({ ...shared, kind: z.literal('rescore'), settings: RescoreSettings, result: RescoreResult.nullable() }),
    z.object({ ...shared, kind: z.literal('audit'), settings: AuditSettings, result: AuditResult.nullable() }),
    z.object({ ...shared, kind: z.literal('replay'), settings: ReplaySettings, result: ReplayResult.nullable() }),
  ])
  .openapi('Analysis');

function shown(analysis: Analysis): z.infer<typeof ShownAnalysis> {
  const { createdAt, finishedAt, ...rest } = analysis;
  return { ...rest, createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
}

const listRoute = createRoute({
  method: 'get',
  path: '/runs/{id}/analyses',
  operationId: 'listAnalyses',
  tags: ['analyses'],
  summary: 'Analyses of a run, newest first',
  request: { params: IdParam, query: z.object({ kind: AnalysisKind.optional() }) },
  responses: {
    200: answer(
      z.object({ items: z.array(ShownAnalysis), total: z.number().int() }),
      'What was asked, and the answers.',
    ),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/analyses/{id}',
  operationId: 'getAnalysis',
  tags: ['analyses'],
  summary: 'One analysis',
  request: { params: IdParam },
  responses: { 200: answer(ShownAnalysis, 'What was asked, and the answer once there is one.') },
});
