/** Ends the server that a killed command left behind, so that two servers never share one database file. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pidFile = (folder: string): string => join(folder, 'server.pid');

/** Notes which process serves `folder`; the returned function removes the note. */
export function notePid(folder: string, pid: number): () => void {
  writeFileSync(pidFile(folder), String(pid));
  return () => rmSync(pidFile(folder), { force: true });
}

/** Ends the noted process if it still runs on `database`. */
export async function endLeftover(folder: string, database: string): Promise<void> {
  const pid = readPid(folder);
  if (pid === null || !serves(pid, database)) return;
  process.kill(pid, 'SIGTERM');
  for (let waitedMs = 0; serves(pid, database); waitedMs += 100) {
    if (waitedMs === 5000) process.kill(pid, 'SIGKILL');
    await sleep(100);
  }
}

function readPid(folder: string): number | null {
  try {
    return Number(readFileSync(pidFile(folder), 'utf8')) || null;
  } catch {
    return null;
  }
}

/** A process number may have been given to another program since: its command line tells. */
function serves(pid: number, database: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout ?? '').includes(database);
}
