/** Goes on with runs that the store knows to be running and Temporal has lost: its last writes may be gone after a power cut. */

import { endLostAnalyses, goOn, isOpen } from '@queryloop/control';
import type { Client } from '@temporalio/client';
import { withStore } from './stored-run.ts';

/**
 * Starts them again from what is stored; ids of those. What Temporal has lost may be the last of several executions. Runs of a
 * sweep are its own business, and those of a store that others may share too: they may be at work on another server.
 */
export async function reviveLostRuns(client: Client): Promise<string[]> {
  if (process.env['QUERYLOOP_STORE_URL']) return [];
  await withStore((store) => endLostAnalyses({ store, client }));
  const running = (await withStore((store) => store.runs.list({ status: 'running' }))) ?? [];
  const revived: string[] = [];
  for (const run of running) {
    if (run.sweepId !== null || (await isOpen(client.workflow.getHandle(run.id)))) continue;
    await goOn(client, run, run.config);
    revived.push(run.id);
  }
  return revived;
}
