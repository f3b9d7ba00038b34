/** Lines of this machine's logs that concern a run: the newest, then what was written since. */
import { open, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hidePassword } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { z } from 'zod';
import { ApiProblem } from '#api/errors.ts';
import type { LogLine, LogsPage, LogsQuery } from './artifact-schemas.ts';
import { isAtLeast, logEntries } from './log-lines.ts';

/** Read of each file in one answer; a cursor goes on from there. */
const mostBytes = 4_000_000;

/** File to the byte up to which it was read. */
const Cursor = z.record(z.string().regex(/^[\w.-]+\.log$/), z.number().int().nonnegative());

/** Throws ApiProblem (400) for a cursor that is none of its own. */
export async function readLogs(
  store: Store,
  run: StoredRun,
  folder: string,
  { scope, level, cursor, limit }: LogsQuery,
): Promise<LogsPage> {
  const before = cursor === undefined ? {} : parseCursor(cursor);
  const found: LogLine[] = [];
  const after: z.infer<typeof Cursor> = {};
  let older = false;
  for (const file of await logFiles(folder)) {
    const part = await readPart(join(folder, file), before[file]);
    after[file] = part.end;
    older ||= cursor === undefined && part.start > 0;
    found.push(...logEntries(file, part.text, part.start).filter((line) => isAtLeast(line.level, level)));
  }
  const concerning = scope === 'all' ? found : found.filter(({ text }) => names(text, run.id));
  const lines = concerning.sort(byTime).map((line) => ({ ...line, text: hidePassword(line.text) }));
  const attempts = await store.attempts.list(run.id);
  return {
    items: lines.slice(-limit),
    total: lines.length,
    cursor: Buffer.from(JSON.stringify(after)).toString('base64url'),
    older: older || lines.length > limit,
    folder,
    elsewhere: [...new Set(attempts.map(({ host }) => host))].filter((host) => host !== hostname()),
  };
}

/** Whether a text has this id, rather than one that goes on after it: of the seeds 1 and 12 of a sweep, say. */
function names(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1))
    if (!/[A-Za-z0-9]/.test(text.charAt(at + id.length))) return true;
  return false;
}

async function logFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^[\w.-]+\.log$/.test(name)).sort();
}

/** Whole lines from a byte on, or the last few megabytes; a file that became shorter was begun anew. */
async function readPart(path: string, from: number | undefined): Promise<{ text: string; start: number; end: number }> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return { text: '', start: 0, end: 0 };
  try {
    const { size } = await file.stat();
    const start = from === undefined ? Math.max(0, size - mostBytes) : from > size ? 0 : from;
    const buffer = Buffer.alloc(Math.min(size - start, mostBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    // A line that is being written is read when it is whole; so is the first one, which may begin before `start`.
    const first = from === undefined && start > 0 ? buffer.indexOf(10) + 1 : 0;
    const last = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
    return {
      text: buffer.subarray(first, Math.max(first, last - 1)).toString(),
      start: start + first,
      end: start + Math.max(first, last),
    };
  } finally {
    await file.close();
  }
}

function parseCursor(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new ApiProblem(400, {
      message: 'cursor: it is none that this API gave',
      field: 'cursor',
      hint: 'Leave it out to begin with the newest lines.',
    });
  }
}

/** Lines without a time stay where they are. */
function byTime(left: LogLine, right: LogLine): number {
  return left.at === null || right.at === null || left.at === right.at ? 0 : left.at < right.at ? -1 : 1;
}
