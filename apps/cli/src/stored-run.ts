/** Opens the store of this folder, for commands that ask or do something. */
import { existsSync } from 'node:fs';
import { foldersOf } from '@queryloop/contracts/folders';
import { type Control, unknownRun } from '@queryloop/control';
import { openStore, type Store } from '@queryloop/store';
import type { Client } from '@temporalio/client';

/** Who does what is done by commands, in the log of actions. */
export const commandLine = 'command line';

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

/** The same for what is about one run or sweep; throws UserError when none can be known. */
export async function withKnownStore<T>(id: string, use: (store: Store) => Promise<T>): Promise<T> {
  return await withStoreIfAny(async (store) => {
    if (store === undefined) throw unknownRun(id);
    return await use(store);
  });
}

/** Calls `use` with what it needs to do something to runs, on behalf of whoever typed the command. */
export async function withControl<T>(client: Client, use: (control: Control) => Promise<T>): Promise<T> {
  const store = await openStore({ folder: foldersOf().home });
  try {
    return await use({ store, client, actor: commandLine });
  } finally {
    await store.close();
  }
}
