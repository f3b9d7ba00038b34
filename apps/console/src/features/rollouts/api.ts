/** Routes of a run's rollouts: overviews, the map of dead groups, outcomes, groups and completions. */
import { createRoute, z } from '@hono/zod-openapi';
import { IdParam } from '#api/ids.ts';
import { router } from '#api/router.ts';
import { knownRun } from '#features/run/read.ts';
import { answers, fileAnswers, fileHeaders } from '#features/run/route-parts.ts';
import { artifacts, store } from '#server/store.ts';
import { completionsCsv } from './completions-csv.ts';
import { GroupLens, PromptHistory } from './lens-schemas.ts';
import { readLens } from './read-lens.ts';
import { readHistory, readMap, readRollouts } from './read-map.ts';
import { readOutcomes } from './read-outcomes.ts';
import { listCompletions, listGroups, openUpdate } from './read-update.ts';
import {
  CompletionsPage,
  CompletionsQuery,
  GroupsPage,
  GroupsQuery,
  MapQuery,
  OutcomeStream,
  RolloutMap,
  RolloutsPage,
  RolloutsQuery,
} from './schemas.ts';

export const rolloutsApi = router();

const count = z.coerce.number().int().nonnegative().max(1e9);
const UpdateParams = IdParam.extend({ update: count });
const GroupParams = UpdateParams.extend({ group: count });
const tags = ['rollouts'];

async function opened(id: string, update: number) {
  const known = await store();
  const run = await knownRun(known, id);
  return { run, update: await openUpdate(known, artifacts(), run, update) };
}

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollouts',
    tags,
    summary: 'Rollouts of a run, update by update',
    request: { params: IdParam, query: RolloutsQuery },
    responses: answers(RolloutsPage),
  }),
  async (context) => {
    const known = await store();
    const { id } = await knownRun(known, context.req.valid('param').id);
    return context.json(await readRollouts(known, id, context.req.valid('query')), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollout-map',
    tags,
    summary: 'How the groups of each prompt came out, in a window of updates',
    request: { params: IdParam, query: MapQuery },
    responses: answers(RolloutMap),
  }),
  async (context) => {
    const known = await store();
    const run = await knownRun(known, context.req.valid('param').id);
    return context.json(await readMap(known, artifacts(), run, context.req.valid('query')), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollout-history',
    tags,
    summary: 'Where a prompt was drawn, in a window of updates',
    request: { params: IdParam, query: MapQuery.extend({ prompt: z.string().min(1).max(10_000) }) },
    responses: answers(PromptHistory),
  }),
  async (context) => {
    const known = await store();
    const run = await knownRun(known, context.req.valid('param').id);
    const { prompt, ...window } = context.req.valid('query');
    return context.json(await readHistory(known, artifacts(), run, prompt, window), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/outcomes',
    tags,
    summary: 'Shares of what came of queries, over updates',
    request: { params: IdParam },
    responses: answers(OutcomeStream),
  }),
  async (context) => {
    const known = await store();
    const { id } = await knownRun(known, context.req.valid('param').id);
    return context.json(await readOutcomes(known, id), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollouts/{update}',
    tags,
    summary: 'Groups of an update',
    request: { params: UpdateParams, query: GroupsQuery },
    responses: answers(GroupsPage),
  }),
  async (context) => {
    const { id, update } = context.req.valid('param');
    return context.json(listGroups((await opened(id, update)).update, context.req.valid('query')), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollouts/{update}/groups/{group}',
    tags,
    summary: 'One group with its completions',
    request: { params: GroupParams },
    responses: answers(GroupLens),
  }),
  async (context) => {
    const { id, update, group } = context.req.valid('param');
    const { run, update: known } = await opened(id, update);
    return context.json(readLens(run, update, group, known), 200);
  },
);

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollouts/{update}/completions',
    tags,
    summary: 'Completions of an update',
    request: { params: UpdateParams, query: CompletionsQuery },
    responses: answers(CompletionsPage),
  }),
  async (context) => {
    const { id, update } = context.req.valid('param');
    return context.json(listCompletions((await opened(id, update)).update, context.req.valid('query')), 200);
  },
);

const FileQuery = CompletionsQuery.omit({ offset: true, limit: true }).extend({
  format: z.enum(['csv', 'json']).default('csv'),
});

rolloutsApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/rollouts/{update}/completions/file',
    tags,
    summary: 'The same as a file',
    request: { params: UpdateParams, query: FileQuery },
    responses: fileAnswers('text/csv', 'application/json'),
  }),
  async (context) => {
    const { id, update } = context.req.valid('param');
    const { format, ...filter } = context.req.valid('query');
    const { items } = listCompletions((await opened(id, update)).update, { ...filter, offset: 0, limit: Infinity });
    const name = `${id}-${update}-completions.${format}`;
    return format === 'csv'
      ? context.body(completionsCsv(items), 200, fileHeaders(name, 'text/csv; charset=utf-8'))
      : context.body(JSON.stringify(items, null, 2), 200, fileHeaders(name, 'application/json'));
  },
);
