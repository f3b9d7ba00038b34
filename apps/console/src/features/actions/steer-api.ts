/** Routes that hold, release and end runs and sweeps. */
import { createRoute } from '@hono/zod-openapi';
import { cancel, pause, resume } from '@queryloop/control';
import type { GuardedApi } from '#api/guard.ts';
import { IdParam } from '#api/ids.ts';
import { answer, optionalBody } from '#api/route.ts';
import { controlOf } from './control-of.ts';
import { Done, Held, Nothing, Resume } from './schemas.ts';

/** A step may take long to be dropped; whoever waits longer sees it happen in the page. */
export const holdTimeoutMs = 5_000;

export function addSteering(api: GuardedApi): void {
  for (const noun of ['run', 'sweep'] as const) {
    api.openapi(pauseRoute(noun), async (context) => {
      const control = await controlOf(context);
      const { id, said, held } = await pause(control, context.req.valid('param').id, { timeoutMs: holdTimeoutMs });
      return context.json({ id, said, held }, 200);
    });
    api.openapi(resumeRoute(noun), async (context) => {
      const { set = [] } = context.req.valid('json');
      const { id, said } = await resume(await controlOf(context), context.req.valid('param').id, { set });
      return context.json({ id, said }, 200);
    });
    api.openapi(cancelRoute(noun), async (context) => {
      const { id, said } = await cancel(await controlOf(context), context.req.valid('param').id);
      return context.json({ id, said }, 200);
    });
  }
}

type Noun = 'run' | 'sweep';

function steering(noun: Noun, verb: 'pause' | 'resume' | 'cancel', summary: string) {
  return {
    method: 'post' as const,
    path: `/${noun}s/{id}/${verb}` as const,
    operationId: `${verb}${noun === 'run' ? 'Run' : 'Sweep'}`,
    tags: ['actions'],
    summary,
  };
}

const pauseRoute = (noun: Noun) =>
  createRoute({
    ...steering(noun, 'pause', `Hold a ${noun}: the step in progress is dropped and repeated later`),
    request: { params: IdParam, body: optionalBody(Nothing) },
    responses: { 200: answer(Held, 'It is held, or will be.') },
  });

const resumeRoute = (noun: Noun) =>
  createRoute({
    ...steering(noun, 'resume', `Go on with a ${noun} that was held, has failed or was cancelled`),
    request: { params: IdParam, body: optionalBody(Resume) },
    responses: { 200: answer(Done, 'It goes on.') },
  });

const cancelRoute = (noun: Noun) =>
  createRoute({
    ...steering(noun, 'cancel', `End a ${noun}; what it has done is kept`),
    request: { params: IdParam, body: optionalBody(Nothing) },
    responses: { 200: answer(Done, 'It ends.') },
  });
