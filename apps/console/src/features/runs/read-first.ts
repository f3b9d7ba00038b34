/** The runs that a page shows before anything in the browser has run. */
import { store } from '#server/store.ts';
import { readRuns } from './read.ts';
import { type RunsPage, RunsQuery } from './schemas.ts';
import { runsPath, type TableQuery } from './table-state.ts';

/** Null when they cannot be read: the browser asks again, and shows why not. */
export async function readFirst(state: TableQuery): Promise<{ path: string; page: RunsPage } | null> {
  const path = runsPath(state);
  try {
    const query = RunsQuery.parse(Object.fromEntries(new URL(path, 'http://console').searchParams));
    return { path, page: await readRuns(await store(), query) };
  } catch {
    return null;
  }
}
