/** What the store knows of runs and sweeps. */
import { existsSync } from 'node:fs';
import { type RunStatus, UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openStore, type Store, type StoredRun } from '@queryloop/store';

export interface KnownRun extends StoredRun {
  /** The last update that is stored whole: what the run can go on from. 0 before the first. */
  reached: number;
}

/** Whether nothing was ever done here, so that no run can be known. */
export function isFreshFolder(): boolean {
  return !process.env['QUERYLOOP_STORE_URL'] && !process.env['TEMPORAL_ADDRESS'] && !existsSync(foldersOf().home);
}

/** Opens the store for as long as `use` takes; undefined where there is none, and none is made. */
export async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T | undefined> {
  return await withStoreIfAny(async (store) => store && (await use(store)));
}

/** The same, for what can be done without a store too. */
export async function withStoreIfAny<T>(use: (store: Store | undefined) => Promise<T>): Promise<T> {
  if (isFreshFolder()) return await use(undefined);
  const store = await openStore({ folder: foldersOf().home });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A run of the store, or null. */
export async function findRun(id: string): Promise<KnownRun | null> {
  const found = await withStore(async (store) => {
    const run = await store.runs.get(id);
    return run === null ? null : { ...run, reached: (await store.runs.lastWholeUpdate(id)) ?? 0 };
  });
  return found ?? null;
}

/** A run of the store. Throws UserError when there is none of that id. */
export async function requireRun(id: string): Promise<KnownRun> {
  const run = await findRun(id);
  if (run === null) throw unknownRun(id);
  return run;
}

export async function isSweep(id: string): Promise<boolean> {
  return (await withStore(async (store) => (await store.sweeps.get(id)) !== null)) ?? false;
}

/** Status of a run or a sweep in the store; undefined when it knows neither. */
export async function storedStatus(id: string): Promise<RunStatus | undefined> {
  return await withStore(
    async (store) =>
      (await store.runs.get(id))?.status ?? ((await store.sweeps.get(id))?.status as RunStatus | undefined),
  );
}

export function unknownRun(id: string): UserError {
  return new UserError({
    message: `no run "${id}" is known here`,
    field: 'run',
    hint: 'Give the id that "queryloop run" printed, in the folder it ran in; "queryloop status" lists them.',
  });
}
