/** Routes for tags and notes of runs. */
import { createRoute } from '@hono/zod-openapi';
import { noteRun, removeNote, tagRun, untagRun } from '@queryloop/control';
import type { GuardedApi } from '#api/guard.ts';
import { Id, IdParam } from '#api/ids.ts';
import { answer, body } from '#api/route.ts';
import { controlOf } from './control-of.ts';
import { Done, Note, Noted, Tag } from './schemas.ts';

export function addAnnotations(api: GuardedApi): void {
  api.openapi(tagRoute, async (context) => {
    const { id, tag } = context.req.valid('param');
    return context.json(await tagRun(await controlOf(context), id, [tag]), 200);
  });
  api.openapi(untagRoute, async (context) => {
    const { id, tag } = context.req.valid('param');
    return context.json(await untagRun(await controlOf(context), id, [tag]), 200);
  });
  api.openapi(noteRoute, async (context) => {
    const { id } = context.req.valid('param');
    return context.json(await noteRun(await controlOf(context), id, context.req.valid('json').text), 201);
  });
  api.openapi(removeNoteRoute, async (context) => {
    const { id, noteId } = context.req.valid('param');
    return context.json(await removeNote(await controlOf(context), id, noteId), 200);
  });
}

const TagParam = IdParam.extend({ tag: Tag.openapi({ param: { name: 'tag', in: 'path' }, example: 'paper' }) });
const NoteParam = IdParam.extend({ noteId: Id.openapi({ param: { name: 'noteId', in: 'path' } }) });

const tagRoute = createRoute({
  method: 'put',
  path: '/runs/{id}/tags/{tag}',
  operationId: 'tagRun',
  tags: ['actions'],
  summary: 'Tag a run',
  request: { params: TagParam },
  responses: { 200: answer(Done, 'It has the tag.') },
});

const untagRoute = createRoute({
  method: 'delete',
  path: '/runs/{id}/tags/{tag}',
  operationId: 'untagRun',
  tags: ['actions'],
  summary: 'Take a tag off a run',
  request: { params: TagParam },
  responses: { 200: answer(Done, 'It has the tag no longer.') },
});

const noteRoute = createRoute({
  method: 'post',
  path: '/runs/{id}/notes',
  operationId: 'noteRun',
  tags: ['actions'],
  summary: 'Put a note on a run',
  request: { params: IdParam, body: body(Note) },
  responses: { 201: answer(Noted, 'It is there.') },
});

const removeNoteRoute = createRoute({
  method: 'delete',
  path: '/runs/{id}/notes/{noteId}',
  operationId: 'removeNote',
  tags: ['actions'],
  summary: 'Remove a note',
  request: { params: NoteParam },
  responses: { 200: answer(Done, 'It is gone.') },
});
