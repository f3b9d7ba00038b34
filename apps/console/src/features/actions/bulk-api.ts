/** Routes that do something to many runs or sweeps, and say before what they would do. */
import { createRoute } from '@hono/zod-openapi';
import { type Control, cancel, pause, resume, tagRun, untagRun } from '@queryloop/control';
import { problemOf } from '#api/errors.ts';
import type { GuardedApi } from '#api/guard.ts';
import { answer, body } from '#api/route.ts';
import { annotatorOf, controlOf } from './control-of.ts';
import { foresee } from './foresee.ts';
import { Bulk, BulkOutcome, type Done } from './schemas.ts';

/** Each of many waits for the one before. */
const holdTimeoutMs = 1_000;

export function addBulk(api: GuardedApi): void {
  api.openapi(dryRunRoute, async (context) => {
    const asked = context.req.valid('json');
    const { store } = await annotatorOf(context);
    const items: BulkOutcome['items'] = [];
    for (const id of new Set(asked.ids)) items.push(await foresee(store, asked, id));
    return context.json(outcome(items, 'would be done'), 200);
  });

  api.openapi(bulkRoute, async (context) => {
    const asked = context.req.valid('json');
    const control = await controlOf(context);
    const items: BulkOutcome['items'] = [];
    for (const id of new Set(asked.ids)) {
      try {
        items.push({ id, done: true, said: (await act(control, asked, id)).said });
      } catch (error) {
        items.push({ id, done: false, said: problemOf(error).message });
      }
    }
    return context.json(outcome(items, 'done'), 200);
  });
}

async function act(control: Control, asked: Bulk, id: string): Promise<Done> {
  switch (asked.action) {
    case 'pause':
      return await pause(control, id, { timeoutMs: holdTimeoutMs });
    case 'resume':
      return await resume(control, id);
    case 'cancel':
      return await cancel(control, id);
    case 'tag':
      return await tagRun(control, id, asked.tags);
    case 'untag':
      return await untagRun(control, id, asked.tags);
  }
}

function outcome(items: BulkOutcome['items'], word: string): BulkOutcome {
  const done = items.filter((item) => item.done).length;
  const refused = items.length - done;
  return { items, done, refused, said: `${done} ${word}${refused > 0 ? `, ${refused} refused` : ''}` };
}

const dryRunRoute = createRoute({
  method: 'post',
  path: '/dry-run',
  operationId: 'dryRunBulk',
  tags: ['actions'],
  summary: 'Say what a bulk action would do, and what it would refuse',
  request: { body: body(Bulk) },
  responses: { 200: answer(BulkOutcome, 'What would be done; nothing was.') },
});

const bulkRoute = createRoute({
  method: 'post',
  path: '/bulk',
  operationId: 'bulk',
  tags: ['actions'],
  summary: 'Do something to many runs or sweeps',
  request: { body: body(Bulk) },
  responses: { 200: answer(BulkOutcome, 'What was done, and what was refused.') },
});
