/** One command at a time may run the embedded services of a folder, or pull a model into it; the lock file says which. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { startOf } from '../../../infra/processes/identity.ts';

export interface LockHolder extends Services {
  pid: number;
  /** When that process was started: tells it from a later one with the same number. */
  start: string | null;
  command: string;
}

/** Services of the holder that are up. */
export interface Services {
  /** Temporal's host:port. */
  address?: string;
  /** The console's URL. */
  console?: string;
  /** host:port of the worker's metrics. */
  metrics?: string;
}

export interface Lock {
  /** Tells other commands where services are, beside those that were told of before. */
  announce(services: Services): void;
  release(): void;
}

/** The living process that holds the lock of `home`, or undefined. */
export function lockHolder(home: string): LockHolder | undefined {
  const text = textOf(join(home, 'lock'));
  return text === undefined ? undefined : holderOf(text);
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
    removeStale(file, own);
    if (create(file, own)) break;
  }
  return {
    announce: (services) => {
      Object.assign(own, services);
      // Replaced whole: a reader must not take half a file for the lock of a dead process.
      writeFileSync(`${file}.new`, JSON.stringify(own));
      renameSync(`${file}.new`, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/**
 * Removes a lock that nobody holds. One command at a time may, having looked again: else it could be the lock that another has
 * just taken. While the file is there nobody can take it.
 */
function removeStale(file: string, own: LockHolder): void {
  const guard = `${file}.guard`;
  if (create(guard, own)) {
    removeLeft(file);
    rmSync(guard);
  } else {
    removeLeft(guard);
  }
}

/** Removes what a dead process left. Nothing is done where nothing is: it may come to be there at this moment. */
function removeLeft(file: string): void {
  const text = textOf(file);
  if (text !== undefined && holderOf(text) === undefined) rmSync(file, { force: true });
}

/** Makes the file with all its content at once; false when it is there. */
function create(file: string, holder: LockHolder): boolean {
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(holder));
  try {
    linkSync(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Undefined when it is not there. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined when it is damaged or its process has died. */
function holderOf(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start }: LockHolder): boolean {
  return start !== null && startOf(pid) === start;
}
