/** Routes of one run: /runs/{id} with its steps, timeline, evaluations and config. What is done to it is in the routes of actions. */
import { createRoute, z } from '@hono/zod-openapi';
import { describeRun } from '@queryloop/control';
import { stringify } from 'yaml';
import { IdParam } from '#api/ids.ts';
import { router } from '#api/router.ts';
import { store } from '#server/store.ts';
import { temporalClient } from '#server/temporal.ts';
import { ConfigQuery, RunConfig } from './artifact-schemas.ts';
import { EvaluationAgreement, EvaluationsPage, PredictionsPage, PredictionsQuery } from './evaluation-schemas.ts';
import { filesApi } from './files-api.ts';
import { knownRun, readRun } from './read.ts';
import { readConfig, shownConfig } from './read-config.ts';
import {
  exportPredictions,
  predictionsCsv,
  readAgreement,
  readEvaluations,
  readPredictions,
} from './read-evaluations.ts';
import { readSteps, readTimeline } from './read-timeline.ts';
import { answers, fileAnswers, fileHeaders } from './route-parts.ts';
import { RunDetail } from './schemas.ts';
import { RunTimeline, StepsPage, StepsQuery } from './timeline-schemas.ts';

export const runApi = router();
runApi.route('/', filesApi);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}',
    tags: ['run'],
    summary: 'One run',
    request: { params: IdParam },
    responses: answers(RunDetail),
  }),
  async (context) => {
    const { id } = context.req.valid('param');
    const ask = async (runId: string) => await describeRun({ client: await temporalClient() }, runId);
    return context.json(await readRun(await store(), id, ask), 200);
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/timeline',
    tags: ['run'],
    summary: 'Who worked on a run, and what happened to it',
    request: { params: IdParam },
    responses: answers(RunTimeline),
  }),
  async (context) => {
    const opened = await store();
    const run = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readTimeline(opened, run), 200);
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/steps',
    tags: ['run'],
    summary: 'Steps that were done',
    request: { params: IdParam, query: StepsQuery },
    responses: answers(StepsPage),
  }),
  async (context) => {
    const opened = await store();
    const { id } = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readSteps(opened, id, context.req.valid('query')), 200);
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/evaluations',
    tags: ['run'],
    summary: 'Evaluations of a run',
    request: { params: IdParam },
    responses: answers(EvaluationsPage),
  }),
  async (context) => {
    const opened = await store();
    const { id } = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readEvaluations(opened, id), 200);
  },
);

const EvaluationId = IdParam.extend({ evaluation: z.string().min(1).max(200) });

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/evaluations/{evaluation}/predictions',
    tags: ['run'],
    summary: 'Queries written in an evaluation',
    request: { params: EvaluationId, query: PredictionsQuery },
    responses: answers(PredictionsPage),
  }),
  async (context) => {
    const { id, evaluation } = context.req.valid('param');
    const opened = await store();
    await knownRun(opened, id);
    return context.json(await readPredictions(opened, id, evaluation, context.req.valid('query')), 200);
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/evaluations/{evaluation}/agreement',
    tags: ['run'],
    summary: 'How far comparators agree about them',
    request: { params: EvaluationId },
    responses: answers(EvaluationAgreement),
  }),
  async (context) => {
    const { id, evaluation } = context.req.valid('param');
    const opened = await store();
    await knownRun(opened, id);
    return context.json(await readAgreement(opened, id, evaluation), 200);
  },
);

const ExportQuery = PredictionsQuery.omit({ offset: true, limit: true }).extend({
  format: z.enum(['csv', 'json']).default('csv'),
});

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/evaluations/{evaluation}/predictions/file',
    tags: ['run'],
    summary: 'The same as a file',
    request: { params: EvaluationId, query: ExportQuery },
    responses: fileAnswers('text/csv', 'application/json'),
  }),
  async (context) => {
    const { id, evaluation } = context.req.valid('param');
    const { format, ...filter } = context.req.valid('query');
    const opened = await store();
    await knownRun(opened, id);
    const rows = await exportPredictions(opened, id, evaluation, filter);
    const name = `${id}-predictions.${format}`;
    return format === 'csv'
      ? context.body(predictionsCsv(rows), 200, fileHeaders(name, 'text/csv; charset=utf-8'))
      : context.body(JSON.stringify(rows, null, 2), 200, fileHeaders(name, 'application/json'));
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/config',
    tags: ['run'],
    summary: 'Config of a run, and what is particular to it',
    request: { params: IdParam, query: ConfigQuery },
    responses: answers(RunConfig),
  }),
  async (context) => {
    const opened = await store();
    const run = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readConfig(opened, run, context.req.valid('query').against), 200);
  },
);

runApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/config/file',
    tags: ['run'],
    summary: 'The config as a file',
    request: { params: IdParam, query: z.object({ format: z.enum(['yaml', 'json']).default('yaml') }) },
    responses: fileAnswers('application/yaml', 'application/json'),
  }),
  async (context) => {
    const { config, id } = await knownRun(await store(), context.req.valid('param').id);
    const { format } = context.req.valid('query');
    const shown = shownConfig(config);
    return format === 'yaml'
      ? context.body(stringify(shown), 200, fileHeaders(`${id}.yaml`, 'application/yaml'))
      : context.body(JSON.stringify(shown, null, 2), 200, fileHeaders(`${id}.json`, 'application/json'));
  },
);
