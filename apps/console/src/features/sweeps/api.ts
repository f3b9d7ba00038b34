/** Routes that tell of sweeps. What is done to them is in the routes of actions. */
import { createRoute } from '@hono/zod-openapi';
import { describeSweep } from '@queryloop/control';
import { IdParam } from '#api/ids.ts';
import { router } from '#api/router.ts';
import { store } from '#server/store.ts';
import { temporalClient } from '#server/temporal.ts';
import { readSweep, readSweeps } from './read.ts';
import { SweepDetail, SweepsPage } from './schemas.ts';

export const sweepsApi = router();

sweepsApi.openapi(
  createRoute({
    method: 'get',
    path: '/sweeps',
    tags: ['sweeps'],
    summary: 'Sweeps, newest first',
    responses: {
      200: { description: 'The sweeps.', content: { 'application/json': { schema: SweepsPage } } },
    },
  }),
  async (context) => context.json(await readSweeps(await store()), 200),
);

sweepsApi.openapi(
  createRoute({
    method: 'get',
    path: '/sweeps/{id}',
    tags: ['sweeps'],
    summary: 'One sweep: trials, decisions, what is spent, which parameters matter',
    request: { params: IdParam },
    responses: {
      200: { description: 'The sweep.', content: { 'application/json': { schema: SweepDetail } } },
    },
  }),
  async (context) => {
    const ask = async (id: string) => await describeSweep({ client: await temporalClient() }, id);
    return context.json(await readSweep(await store(), context.req.valid('param').id, ask), 200);
  },
);
