/** A place in a run, checked against what is stored of it. */
import { type RunPlace, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';

export interface StoredPlace {
  run: StoredRun;
  /** Null: its baseline is not stored whole. */
  update: number | null;
}

/** @throws UserError when the run is not there, or not stored whole up to the update asked for */
export async function storedPlace(store: Store, { runId, update }: RunPlace): Promise<StoredPlace> {
  const run = await store.runs.get(runId);
  if (run === null)
    throw new UserError({
      message: `run ${runId} is not in the store`,
      field: 'run',
      hint: 'queryloop status lists them.',
    });
  const last = await store.runs.lastWholeUpdate(runId);
  if (update !== undefined && update > (last ?? -1)) {
    throw new UserError({
      message:
        last === null
          ? `update ${update}: run ${runId} has not got as far as its baseline`
          : `update ${update}: run ${runId} is stored whole up to update ${last}`,
      field: 'update',
      hint: last === null ? `queryloop resume ${runId}` : `Give an update from 0 to ${last}.`,
    });
  }
  return { run, update: update ?? last };
}
