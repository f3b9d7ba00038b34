/** Routes that begin runs and sweeps. */
import { createRoute } from '@hono/zod-openapi';
import { UserError } from '@queryloop/contracts';
import { checkConfigText } from '@queryloop/contracts/load-config';
import {
  addSeeds,
  branchRun,
  checkSweepText,
  cloneRun,
  experimentsFolder,
  launchRun,
  launchSweep,
} from '@queryloop/control';
import type { GuardedApi } from '#api/guard.ts';
import { IdParam } from '#api/ids.ts';
import { answer, body, optionalBody } from '#api/route.ts';
import { controlOf } from './control-of.ts';
import { AddSeeds, Branch, Clone, Done, LaunchRun, LaunchSweep, SeedsAdded } from './schemas.ts';

export function addLaunches(api: GuardedApi): void {
  api.openapi(launchRunRoute, async (context) => {
    const asked = context.req.valid('json');
    const text = 'yaml' in asked ? asked.yaml : JSON.stringify(asked.config);
    const { config, issues } = checkConfigText(text, { set: asked.set ?? [], seed: asked.seed });
    if (config === null) throw mistakes(issues);
    return context.json(doneOf(await launchRun(await controlOf(context), config)), 201);
  });

  api.openapi(launchSweepRoute, async (context) => {
    const { input, issues } = checkSweepText(context.req.valid('json').yaml, { folder: experimentsFolder });
    if (input === null) throw mistakes(issues);
    return context.json(doneOf(await launchSweep(await controlOf(context), input)), 201);
  });

  api.openapi(cloneRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { seed, set = [] } = context.req.valid('json');
    return context.json(doneOf(await cloneRun(await controlOf(context), id, { seed, set })), 201);
  });

  api.openapi(branchRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { at, set = [] } = context.req.valid('json');
    return context.json(doneOf(await branchRun(await controlOf(context), id, { at, set })), 201);
  });

  api.openapi(seedsRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { begun, existing, ...done } = await addSeeds(await controlOf(context), id, context.req.valid('json').seeds);
    return context.json({ ...doneOf(done), begun, existing }, 201);
  });
}

function doneOf({ id, said }: Done): Done {
  return { id, said };
}

/** All that is wrong with a text, as one refusal. */
function mistakes(issues: readonly { path: string; message: string; hint?: string; line?: number }[]): UserError {
  const [first] = issues;
  const lines = issues.map(({ path, message, line }) =>
    [...(line === undefined ? [] : [`line ${line}`]), ...(path === '' ? [] : [path]), message].join(': '),
  );
  return new UserError({
    message: lines.join('\n'),
    ...(first?.path && { field: first.path }),
    ...(first?.hint && { hint: first.hint }),
  });
}

const launchRunRoute = createRoute({
  method: 'post',
  path: '/runs',
  operationId: 'launchRun',
  tags: ['actions'],
  summary: 'Begin a run',
  request: { body: body(LaunchRun) },
  responses: { 201: answer(Done, 'It has begun.') },
});

const launchSweepRoute = createRoute({
  method: 'post',
  path: '/sweeps',
  operationId: 'launchSweep',
  tags: ['actions'],
  summary: 'Begin a sweep, or go on with one of that name',
  request: { body: body(LaunchSweep) },
  responses: { 201: answer(Done, 'It has begun.') },
});

const cloneRoute = createRoute({
  method: 'post',
  path: '/runs/{id}/clone',
  operationId: 'cloneRun',
  tags: ['actions'],
  summary: 'Begin a run with the settings of another',
  request: { params: IdParam, body: optionalBody(Clone) },
  responses: { 201: answer(Done, 'It has begun.') },
});

const branchRoute = createRoute({
  method: 'post',
  path: '/runs/{id}/branch',
  operationId: 'branchRun',
  tags: ['actions'],
  summary: 'Begin a run that shares what is stored of another up to an update',
  request: { params: IdParam, body: body(Branch) },
  responses: { 201: answer(Done, 'It has begun.') },
});

const seedsRoute = createRoute({
  method: 'post',
  path: '/runs/{id}/seeds',
  operationId: 'addSeeds',
  tags: ['actions'],
  summary: 'Begin a run for each seed that no run with the same settings has yet',
  request: { params: IdParam, body: body(AddSeeds) },
  responses: { 201: answer(SeedsAdded, 'They have begun.') },
});
