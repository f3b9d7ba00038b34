/** The route that hands a run on as one archive. The command line writes it, in a process of its own; nothing of it stays here. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { experimentsFolder, requireRun } from '@queryloop/control';
import { ApiProblem } from '#api/errors.ts';
import type { GuardedApi } from '#api/guard.ts';
import { IdParam } from '#api/ids.ts';
import { ProblemBody } from '#api/problem-body.ts';
import { answer } from '#api/route.ts';
import { folders } from '#server/folders.ts';
import { once } from '#server/once.ts';
import { store } from '#server/store.ts';

const commandLine = join(experimentsFolder, '..', 'apps/cli/bin/queryloop.mjs');
/** Each reads and packs gigabytes at worst. */
const mostAtOnce = 2;

export function addExport(api: GuardedApi): void {
  api.openapi(exportRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { rollouts } = context.req.valid('query');
    if (['cross-site', 'same-site'].includes(context.req.header('sec-fetch-site') ?? ''))
      throw new ApiProblem(403, { message: 'Another site sent this, so nothing was done' });
    const { result, status } = await requireRun(await store(), id);
    if (result === null)
      throw new ApiProblem(409, { message: `run ${id} is ${status}: only what has finished can be exported` });
    const { stream, bytes } = await writeArchive(id, rollouts === 'true', context.req.raw.signal);
    return context.body(stream, 200, {
      'content-type': 'application/gzip',
      'content-length': String(bytes),
      'content-disposition': `attachment; filename="${id}.tar.gz"`,
    });
  });
}

/** The archive, whose file is gone as soon as it is open. Throws ApiProblem; also when `signal` says that nobody waits any more. */
async function writeArchive(id: string, rollouts: boolean, signal: AbortSignal) {
  const running = once('exports', () => ({ count: 0 }));
  if (running.count >= mostAtOnce)
    throw new ApiProblem(409, { message: 'Other exports are being written', hint: 'Try again when they are done.' });
  running.count += 1;
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), 'queryloop-export-'));
    const file = join(folder, `${id}.tar.gz`);
    await runExport([id, '--to', file, ...(rollouts ? [] : ['--without-rollouts'])], signal);
    const handle = await open(file);
    const { size: bytes } = await handle.stat();
    // Node's type of web streams is not quite the browser's.
    return { stream: Readable.toWeb(handle.createReadStream()) as unknown as ReadableStream, bytes };
  } finally {
    running.count -= 1;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function runExport(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [commandLine, 'export', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, QUERYLOOP_HOME: folders().home },
    signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-5_000);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => undefined);
    child.on('close', resolve);
  });
  if (code === 0) return;
  const [, message] = /^queryloop: (.+)$/m.exec(said) ?? [];
  // 2: something about the run that somebody can mend, as the message says.
  if (code === 2 && message !== undefined) throw new ApiProblem(409, { message });
  if (signal.aborted) throw new ApiProblem(409, { message: 'Nobody waits for the export any more' });
  console.error(`export of ${args[0]} failed (${code}): ${said}`);
  throw new ApiProblem(500, { message: 'The export could not be written; the console’s log tells why' });
}

const exportRoute = createRoute({
  method: 'get',
  path: '/runs/{id}/export',
  operationId: 'exportRun',
  tags: ['actions'],
  summary: 'A finished run as one archive that others can verify',
  request: {
    params: IdParam,
    query: z.object({
      rollouts: z.enum(['true', 'false']).default('true').describe('With what updates can be done again from.'),
    }),
  },
  responses: {
    200: {
      description: 'A .tar.gz as docs/export.md describes it.',
      content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } } },
    },
    409: answer(ProblemBody, 'It has not finished, or cannot be exported now.'),
  },
});
