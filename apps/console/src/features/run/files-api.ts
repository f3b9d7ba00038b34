/** Routes of a run's files: its artifacts and its logs. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '#api/errors.ts';
import { IdParam } from '#api/ids.ts';
import { router } from '#api/router.ts';
import { folders } from '#server/folders.ts';
import { artifacts, store } from '#server/store.ts';
import { ArtifactFiles, ArtifactsPage, ArtifactsQuery, LogsPage, LogsQuery } from './artifact-schemas.ts';
import { knownRun } from './read.ts';
import { artifactFile, artifactFiles, artifactOf, readArtifacts } from './read-artifacts.ts';
import { readLogs } from './read-logs.ts';
import { answers, fileAnswers, fileHeaders } from './route-parts.ts';

export const filesApi = router();

filesApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/artifacts',
    tags: ['run'],
    summary: 'Artifacts of a run',
    request: { params: IdParam, query: ArtifactsQuery },
    responses: answers(ArtifactsPage),
  }),
  async (context) => {
    const opened = await store();
    const run = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readArtifacts(opened, artifacts(), run, context.req.valid('query')), 200);
  },
);

const Hash = IdParam.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex') });

filesApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/artifacts/{hash}/files',
    tags: ['run'],
    summary: 'Files of an artifact',
    request: { params: Hash },
    responses: answers(ArtifactFiles),
  }),
  async (context) => {
    const ref = await reference(context.req.valid('param'));
    return context.json(await artifactFiles(artifacts(), ref), 200);
  },
);

filesApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/artifacts/{hash}/file',
    tags: ['run'],
    summary: 'One file of an artifact',
    request: { params: Hash, query: z.object({ path: z.string().min(1).max(500) }) },
    responses: fileAnswers('application/octet-stream'),
  }),
  async (context) => {
    const ref = await reference(context.req.valid('param'));
    const { path } = context.req.valid('query');
    const file = await artifactFile(artifacts(), ref, path);
    if (file === null) throw notFound(`file ${path} of artifact ${ref.hash.slice(0, 12)}`);
    const headers = fileHeaders(`${ref.kind}-${ref.hash.slice(0, 12)}-${basename(path)}`, 'application/octet-stream');
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
    return context.body(body, 200, { ...headers, 'content-length': String((await stat(file)).size) });
  },
);

filesApi.openapi(
  createRoute({
    method: 'get',
    path: '/runs/{id}/logs',
    tags: ['run'],
    summary: 'Log lines that concern a run',
    request: { params: IdParam, query: LogsQuery },
    responses: answers(LogsPage),
  }),
  async (context) => {
    const opened = await store();
    const run = await knownRun(opened, context.req.valid('param').id);
    return context.json(await readLogs(opened, run, folders().logs, context.req.valid('query')), 200);
  },
);

async function reference({ id, hash }: { id: string; hash: string }) {
  const opened = await store();
  const ref = await artifactOf(opened, await knownRun(opened, id), hash);
  if (ref === null) throw notFound(`artifact ${hash.slice(0, 12)} of run ${id}`);
  return ref;
}
