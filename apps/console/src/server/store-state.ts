/** Whether the store answers. */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forget, once } from './once.ts';
import { store } from './store.ts';

const patienceMs = 2_000;
const freshMs = 3_000;

interface Checks {
  last: { state: Promise<'up' | 'down'>; at: number } | undefined;
  /** Of the file that is open: one that was deleted or replaced still answers, with what it held. */
  inode: number | undefined;
}

/** Looked at again every few seconds while somebody asks, and never for longer than two. */
export async function storeState(): Promise<'up' | 'down'> {
  const checks = once<Checks>('store checks', () => ({ last: undefined, inode: undefined }));
  if (checks.last === undefined || checks.last.at < Date.now() - freshMs) {
    const late = sleep(patienceMs, 'down' as const, { ref: false });
    checks.last = { state: Promise.race([look(checks).catch(() => 'down' as const), late]), at: Date.now() };
  }
  return await checks.last.state;
}

async function look(checks: Checks): Promise<'up' | 'down'> {
  const opened = await store();
  if (isAbsolute(opened.name)) {
    const inode = statSync(opened.name, { throwIfNoEntry: false })?.ino;
    if (inode === undefined) return 'down';
    checks.inode ??= inode;
    if (inode !== checks.inode) {
      checks.inode = undefined;
      forget('store');
      await opened.close();
      return await look(checks);
    }
  }
  await opened.runs.list({ limit: 1 });
  return 'up';
}
