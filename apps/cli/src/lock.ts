/** One command at a time may run the embedded services of a folder; the lock file says which. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';

export interface LockHolder {
  pid: number;
  /** Start of that process in clock ticks since boot where known: tells it from a later one with the same pid. */
  startTicks: string | null;
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
  const own: LockHolder = { pid: process.pid, startTicks: startTicksOf(process.pid), command };
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
    announce: (address) => writeFileSync(file, JSON.stringify({ ...own, address })),
    release: () => rmSync(file, { force: true }),
  };
}

function isAlive({ pid, startTicks }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startTicks === null || startTicksOf(pid) === startTicks;
}

function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the command in parentheses before it may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
