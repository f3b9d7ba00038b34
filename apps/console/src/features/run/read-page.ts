/** The run of a page, for the first paint of its tabs. Server only. */
import type { Store, StoredRun } from '@queryloop/store';
import { notFound } from 'next/navigation';
import { store } from '#server/store.ts';

/** Ends in the page for what is not found when the store does not have it. */
export async function runOfPage(params: Promise<{ id: string }>): Promise<{ store: Store; run: StoredRun }> {
  const opened = await store();
  const run = await opened.runs.get(decodeURIComponent((await params).id));
  if (run === null) notFound();
  return { store: opened, run };
}
