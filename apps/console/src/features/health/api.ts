/** Route about the platform's health. */
import { createRoute } from '@hono/zod-openapi';
import { answer } from '#api/route.ts';
import { router } from '#api/router.ts';
import { readHealth } from './read.ts';
import { Health } from './schemas.ts';

export function healthApi() {
  return router().openapi(
    createRoute({
      method: 'get',
      path: '/health',
      operationId: 'getHealth',
      tags: ['console'],
      summary: 'Look at every part of the platform: Temporal, workers, store, artifacts, disk',
      responses: { 200: answer(Health, 'What is well and what is not; 200 in both cases') },
    }),
    async (context) => context.json(await readHealth(), 200),
  );
}
