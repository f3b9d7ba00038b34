/** Ends a service that a killed command left behind, with the processes it started: two must never share one folder. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from './identity.ts';

interface Note {
  pid: number;
  start: string | null;
}

/** Notes in a file which process, leader of a group of its own, is the service. */
export function noteProcess(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid, start: startOf(pid) } satisfies Note));
}

export function forgetProcess(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Ends the noted service and every process of its group, also when the service itself has gone and others of the group have not.
 * It is given `graceMs` to end in good order; a stopped process (SIGSTOP) is ended all the same.
 */
export async function endLeftover(file: string, graceMs = 0): Promise<void> {
  const note = readNote(file);
  if (note === null) return;
  const leader = startOf(note.pid);
  // While any process of a group lives its number is given to no other process: this one is a stranger.
  if (leader !== null && leader !== note.start) return;
  if (graceMs > 0 && leader !== null) {
    signalGroup(note.pid, 'SIGTERM');
    for (let waitedMs = 0; waitedMs < graceMs && startOf(note.pid) !== null; waitedMs += 100) await sleep(100);
  }
  signalGroup(note.pid, 'SIGKILL');
  while (startOf(note.pid) === note.start && note.start !== null) await sleep(20);
  forgetProcess(file);
}

/** Signals every process of a group; fine when there is none. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // All of them are gone.
  }
}

function readNote(file: string): Note | null {
  try {
    const note = JSON.parse(readFileSync(file, 'utf8')) as Partial<Note>;
    return typeof note.pid === 'number' && note.pid > 1 ? { pid: note.pid, start: note.start ?? null } : null;
  } catch {
    return null;
  }
}
