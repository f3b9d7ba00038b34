/** The store and the artifacts of this console, opened once. */
import { openArtifacts, openStore, type Store } from '@queryloop/store';
import { folders } from './folders.ts';
import { forget, once } from './once.ts';

/** The store; opening it is tried again by the next request when it failed. Throws UserError when it cannot be used. */
export async function store(): Promise<Store> {
  try {
    return await once('store', () => openStore({ folder: folders().home }));
  } catch (error) {
    forget('store');
    throw error;
  }
}

export function artifacts(): ReturnType<typeof openArtifacts> {
  return once('artifacts', () => openArtifacts(folders().home));
}
