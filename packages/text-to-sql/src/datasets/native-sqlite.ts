/**
 * Runs the own queries of questions that are written for SQLite, without reading them as MySQL's: double quotes, || and functions
 * mean what they mean there. They are the user's, not a policy's, but they too may run away: each has its time.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NativeReply, NativeSettings } from './native-sqlite-child.ts';

const child = fileURLToPath(new URL('./native-sqlite-child.ts', import.meta.url));

export interface NativeLimits extends Omit<NativeSettings, 'path'> {
  timeoutMs: number;
}

/** Replies in the order of the queries. @throws the signal's reason; Error when the file cannot be opened */
export async function runNatively(
  sqls: readonly string[],
  path: string,
  { timeoutMs, ...limits }: NativeLimits,
  signal?: AbortSignal,
): Promise<NativeReply[]> {
  const start = (): ChildProcess =>
    fork(child, [JSON.stringify({ path, ...limits } satisfies NativeSettings)], { serialization: 'advanced' });
  const replies: NativeReply[] = [];
  let running: ChildProcess | null = null;
  try {
    for (const sql of sqls) {
      signal?.throwIfAborted();
      running ??= start();
      const reply = await ask(running, sql, timeoutMs);
      replies.push(reply ?? { problem: `takes longer than ${timeoutMs / 1000} s` });
      if (reply !== null) continue;
      running.kill('SIGKILL');
      running = null;
    }
  } finally {
    running?.kill('SIGKILL');
  }
  return replies;
}

/** Null when it takes too long. */
async function ask(running: ChildProcess, sql: string, timeoutMs: number): Promise<NativeReply | null> {
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), timeoutMs);
  try {
    const reply = once(running, 'message', { signal: done.signal }) as Promise<[NativeReply]>;
    const exit = once(running, 'exit', { signal: done.signal }).then(() => {
      throw new Error('the process that runs queries of questions ended');
    });
    running.send(sql);
    const [answer] = await Promise.race([reply, exit]);
    return answer;
  } catch (error) {
    if (done.signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
    done.abort();
  }
}
