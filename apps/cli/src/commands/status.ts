/** `queryloop status [<run>] [--watch]`: the newest runs, or one in full: from the store, and from its workflow while services run. */
import type { RunStatus } from '@queryloop/contracts';
import { type RunLine, type RunSummary, runLine, runSummary, unknownRun } from '@queryloop/control';
import { connectTo } from '@queryloop/control/connect';
import type { Client } from '@temporalio/client';
import { addressOfServices } from '../platform.ts';
import { openScreen } from '../screen.ts';
import { listLines, summaryLines } from '../status-lines.ts';
import { withStore } from '../stored-run.ts';

const listed = 20;
const watchIntervalMs = 1_000;
const unended: readonly RunStatus[] = ['running', 'paused', 'stopped'];

export async function status(
  runId: string | undefined,
  { watch, json }: { watch: boolean; json: boolean },
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const client = await clientIfUp();
  let shown = '';
  try {
    for (;;) {
      const runs = runId === undefined ? await newestRuns() : await oneRun(runId, client);
      const text = (Array.isArray(runs) ? listLines(runs) : summaryLines(runs)).join('\n');
      const last = !watch || signal.aborted || !goesOn(runs);
      if (text !== shown) {
        if (shown !== '') screen.clear();
        screen.line(text);
        shown = text;
      }
      if (last) {
        if (json) process.stdout.write(`${JSON.stringify(runs)}\n`);
        return;
      }
      await new Promise<void>((resolve) => {
        setTimeout(resolve, watchIntervalMs);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  } finally {
    await client?.connection.close();
  }
}

async function newestRuns(): Promise<RunLine[]> {
  const lines = await withStore(async (store) => {
    const runs = await store.runs.list({ limit: listed });
    return await Promise.all(runs.map((run) => runLine(store, run)));
  });
  return lines ?? [];
}

async function oneRun(runId: string, client: Client | undefined): Promise<RunSummary> {
  const summary = await withStore(async (store) => {
    const run = await store.runs.get(runId);
    return run === null ? undefined : await runSummary(store, run, client);
  });
  if (summary === undefined) throw unknownRun(runId);
  return summary;
}

function goesOn(runs: RunLine[] | RunSummary): boolean {
  return (Array.isArray(runs) ? runs : [runs]).some((run) => unended.includes(run.status));
}

/** Where no services run, the store tells all there is. */
async function clientIfUp(): Promise<Client | undefined> {
  const address = addressOfServices();
  return address === undefined ? undefined : await connectTo(address).catch(() => undefined);
}
