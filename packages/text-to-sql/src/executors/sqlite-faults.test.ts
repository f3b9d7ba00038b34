/** What happens to SQLite's child processes from outside (stopped, starved, killed) is a fault and changes no outcome. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { SqlExecutor } from './contract.ts';
import { suiteRows } from './contract-suite.fixture.ts';
import { openExecutor } from './open-executor.ts';
import { processorMs } from './process-usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-faults-'));
const path = join(folder, 'data.sqlite');
const timeoutMs = 2_000;
/** Some tenths of a second on a processor. */
const slow = 'SELECT COUNT(*) FROM Medal a, (SELECT b.year FROM Medal b, Medal c LIMIT 4000) d WHERE a.year > 1';
const runaway = 'SELECT COUNT(*) FROM Medal a, Medal b, Medal c WHERE a.year > 1';
let executor: SqlExecutor;

beforeAll(() => buildSqlite(suiteRows, path));
beforeEach(async () => {
  executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs, poolSize: 1 });
});
afterEach(() => executor.close());
afterAll(() => rmSync(folder, { recursive: true }));

interface Child {
  child: { pid: number };
  readMark(): number;
}

/** The one child of the pool; undefined between its end and its replacement. */
function only(): Child | undefined {
  return [...(executor as unknown as { children: Set<Child> }).children][0];
}

const child = (): number | undefined => only()?.child.pid;

/** Process 0 would be this process's whole group. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until the child is in a statement and has spent time on it. */
async function atWork(): Promise<void> {
  while (!only()?.readMark()) await sleep(5);
  const pid = child();
  const before = pid ? processorMs(pid) : null;
  while (pid && (processorMs(pid) ?? Number.POSITIVE_INFINITY) < (before ?? 0) + 50) await sleep(5);
}

/** Lets the child run a third of the time, as on a busy machine, until `work` is done. */
async function starved<T>(work: Promise<T>): Promise<T> {
  let done = false;
  const pid = child();
  void work.finally(() => {
    done = true;
  });
  while (!done) {
    signal(pid, 'SIGSTOP');
    await sleep(40);
    signal(pid, 'SIGCONT');
    await sleep(20);
  }
  return work;
}

test('a statement that was stopped for longer than its limit has its time all the same', async () => {
  const pid = child();
  const answer = executor.execute(slow);
  await atWork();
  signal(pid, 'SIGSTOP');
  await sleep(2 * timeoutMs);
  signal(pid, 'SIGCONT');
  expect(await answer).toMatchObject({ kind: 'rows' });
  expect(child()).toBe(pid);
}, 30_000);

test('a starved child is not blamed; a runaway statement in it is', async () => {
  expect(await starved(executor.execute(slow))).toMatchObject({ kind: 'rows' });
  expect(await starved(executor.execute(runaway))).toMatchObject({ kind: 'error', code: 'timeout' });
}, 60_000);

test.each(['in a statement', 'before it'])(
  'a child that stays stopped %s is replaced',
  async (when) => {
    const pid = child();
    if (when === 'before it') signal(pid, 'SIGSTOP');
    const answers = executor.executeAll([slow, 'SELECT absent', 'SELECT 2']);
    if (when === 'in a statement') {
      await atWork();
      signal(pid, 'SIGSTOP');
    }
    expect(await answers).toMatchObject([
      { kind: 'rows' },
      { kind: 'error', code: 'unknown_name' },
      { kind: 'rows', rows: [[2]] },
    ]);
    expect(child()).not.toBe(pid);
  },
  30_000,
);

test('children killed at any moment change nothing', async () => {
  const sqls = Array.from({ length: 4_000 }, (_, i) =>
    i % 10 === 0 ? `SELECT absent${i}` : `SELECT COUNT(*) + ${i} FROM Medal WHERE year > ${i % 100}`,
  );
  const undisturbed = await executor.executeAll(sqls);
  // One kill for every batch, at ever other moments: they fall into statements, replies, idle times and starts.
  for (let round = 0; round < 20; round += 1) {
    const from = (round * 500) % sqls.length;
    const answers = executor.executeAll(sqls.slice(from, from + 500));
    await sleep((round * 13) % 60);
    signal(child(), 'SIGKILL');
    expect(await answers).toEqual(undisturbed.slice(from, from + 500));
  }
}, 120_000);

test('a statement at which every child dies is a fault in the end, not an outcome', async () => {
  const answer = executor.execute(runaway).catch((error: Error) => error.message);
  let settled = false;
  void answer.then(() => {
    settled = true;
  });
  while (!settled) {
    const pid = child();
    await Promise.race([atWork(), answer]);
    signal(pid, 'SIGKILL');
    while (!settled && child() === pid) await sleep(5);
  }
  expect(await answer).toMatch(/died 3 times/);
  expect(await executor.execute('SELECT 1')).toMatchObject({ kind: 'rows' });
}, 60_000);
