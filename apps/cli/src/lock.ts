/** One command at a time may run the embedded services of a folder; the lock file says which. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { startOf } from '../../../infra/processes/identity.ts';

export interface LockHolder {
  pid: number;
  /** When that process was started: tells it from a later one with the same number. */
  start: string | null;
  command: string;
  /** Temporal address, once the holder's services are up. */
  address?: string;
}

export interface Lock {
  /** Tells other commands where the services are. */
  announce(address: string): void;
  release(): void;
}

/** The living process that holds the lock of `home`, or undefined. */
export function lockHolder(home: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(home, 'lock'), 'utf8')) as LockHolder;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock, also from a process that died; throws UserError when a living one holds it. */
export function takeLock(home: string, command: string): Lock {
  mkdirSync(home, { recursive: true });
  const file = join(home, 'lock');
  const own: LockHolder = { pid: process.pid, start: startOf(process.pid), command };
  for (;;) {
    const holder = lockHolder(home);
    if (holder !== undefined) {
      throw new UserError({
        message: `"queryloop ${holder.command}" (process ${holder.pid}) is already running in this folder (${file})`,
        field: 'lock',
        hint: 'Wait for it, stop it with Ctrl-C, or work in another folder (QUERYLOOP_HOME).',
      });
    }
    rmSync(file, { force: true });
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return {
    announce: (address) => {
      // Replaced whole: a reader must not take half a file for the lock of a dead process.
      writeFileSync(`${file}.new`, JSON.stringify({ ...own, address }));
      renameSync(`${file}.new`, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

function isAlive({ pid, start }: LockHolder): boolean {
  return start !== null && startOf(pid) === start;
}
