/** Runs and sweeps of the store by their id. */
import { type RunStatus, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';

export interface KnownRun extends StoredRun {
  /** The last update that is stored whole: what the run can go on from. 0 before the first. */
  reached: number;
}

/** A run of the store, or null. */
export async function findRun(store: Store, id: string): Promise<KnownRun | null> {
  const run = await store.runs.get(id);
  return run && { ...run, reached: (await store.runs.lastWholeUpdate(id)) ?? 0 };
}

/** A run of the store. Throws UserError when there is none of that id. */
export async function requireRun(store: Store, id: string): Promise<KnownRun> {
  const run = await findRun(store, id);
  if (run === null) throw unknownRun(id);
  return run;
}

export async function isSweep(store: Store, id: string): Promise<boolean> {
  return (await store.sweeps.get(id)) !== null;
}

/** Status of a run or a sweep in the store; undefined when it knows neither. */
export async function storedStatus(store: Store, id: string): Promise<RunStatus | undefined> {
  return (await store.runs.get(id))?.status ?? (await store.sweeps.get(id))?.status;
}

export function unknownRun(id: string): UserError {
  return new UserError({
    message: `no run "${id}" is known here`,
    field: 'run',
    hint: 'Give the id that "queryloop run" printed, in the folder it ran in; "queryloop status" lists them.',
    kind: 'unknown',
  });
}
