/** Routes of analyses: what is asked of a stored run afterwards, and the answers. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  type Analysis,
  AnalysisKind,
  AuditResult,
  AuditSettings,
  EvaluateResult,
  EvaluateSettings,
  hidePassword,
  ReplayResult,
  ReplaySettings,
  RescoreResult,
  RescoreSettings,
} from '@queryloop/contracts';
import { launchAnalysis, requireRun } from '@queryloop/control';
import { notFound } from '#api/errors.ts';
import type { GuardedApi } from '#api/guard.ts';
import { IdParam } from '#api/ids.ts';
import { answer, body, optionalBody } from '#api/route.ts';
import { store } from '#server/store.ts';
import { controlOf } from './control-of.ts';
import { Done } from './schemas.ts';

export function addAnalyses(api: GuardedApi): void {
  api.openapi(listRoute, async (context) => {
    const { id } = context.req.valid('param');
    const opened = await store();
    await requireRun(opened, id);
    const items = await opened.analyses.list(id, context.req.valid('query').kind);
    return context.json({ items: items.map(shown), total: items.length }, 200);
  });

  api.openapi(rescoreRoute, async (context) => {
    const { id: runId } = context.req.valid('param');
    // Without a body there are no defaults yet.
    const settings = RescoreRequest.parse(context.req.valid('json'));
    const request = { kind: 'rescore', runId, settings } as const;
    return context.json(begunOf(await launchAnalysis(await controlOf(context), request)), 201);
  });

  api.openapi(auditRoute, async (context) => {
    const { id: runId } = context.req.valid('param');
    const settings = AuditSettings.parse(context.req.valid('json'));
    const request = { kind: 'audit', runId, settings } as const;
    return context.json(begunOf(await launchAnalysis(await controlOf(context), request)), 201);
  });

  api.openapi(replayRoute, async (context) => {
    const { id: runId } = context.req.valid('param');
    const request = { kind: 'replay', runId, settings: context.req.valid('json') } as const;
    return context.json(begunOf(await launchAnalysis(await controlOf(context), request)), 201);
  });

  api.openapi(getRoute, async (context) => {
    const { id } = context.req.valid('param');
    const analysis = await (await store()).analyses.get(id);
    if (analysis === null) throw notFound(`analysis ${id}`);
    return context.json(shown(analysis), 200);
  });
}

const Begun = Done.extend({ analysisId: z.string() });

function begunOf({ id, said, analysisId }: z.infer<typeof Begun>): z.infer<typeof Begun> {
  return { id, said, analysisId };
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
    z.object({ ...shared, kind: z.literal('evaluate'), settings: EvaluateSettings, result: EvaluateResult.nullable() }),
  ])
  .openapi('Analysis');

function shown(analysis: Analysis): z.infer<typeof ShownAnalysis> {
  const { createdAt, finishedAt, error, ...rest } = analysis;
  return {
    ...rest,
    error: error === null ? null : hidePassword(error),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
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

const RescoreRequest = RescoreSettings.partial({ reward: true, scaleRewards: true });

const rescoreRoute = createRoute({
  ...beginning('rescore', 'Give the stored completions of a run other rewards'),
  request: { params: IdParam, body: optionalBody(RescoreRequest) },
});

const auditRoute = createRoute({
  ...beginning('audit', 'See whether rewarded queries read their answers from the database'),
  request: { params: IdParam, body: optionalBody(AuditSettings) },
});

const replayRoute = createRoute({
  ...beginning('replay', 'Do one update again from its stored inputs'),
  request: { params: IdParam, body: body(ReplaySettings) },
});

function beginning<Kind extends Exclude<AnalysisKind, 'evaluate'>>(kind: Kind, summary: string) {
  return {
    method: 'post' as const,
    path: `/runs/{id}/${kind}` as const,
    operationId: `${kind}Run`,
    tags: ['analyses'],
    summary,
    responses: { 201: answer(Begun, 'It has begun; GET /analyses/{analysisId} tells how it goes.') },
  };
}
