/** The bench of several workers: how long the shards of an update's rollout and rewards take on 1, 2 and 4 worker processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@queryloop/contracts/load-config';
import { openStore, type StoredStep } from '@queryloop/store';
import { Client, Connection } from '@temporalio/client';
import { startWorkerMachine } from '../../cluster/worker-machine.ts';
import { startTestServer } from '../../temporal-server.ts';
import { median, printTable } from '../measure.ts';

export interface ScalingFigures {
  workers: number;
  /** Median wall-clock seconds from the first shard's start to the last one's end, per update. */
  rolloutSeconds: number;
  rewardSeconds: number;
  /** Final checkpoint: the same for every number of workers. */
  checkpointHash: string;
}

const config = loadConfig(fileURLToPath(new URL('../../../experiments/quickstart.yaml', import.meta.url)), {
  set: [
    'dataset.name=built-in-world',
    'warmStart.steps=60',
    'shards=4',
    'grpo.updates=8',
    'evaluation.everyUpdates=8',
    // One thread each, so that workers do not wait for each other's threads.
    'threads=1',
  ],
});

/** Runs the same sharded experiment on 1, 2 and 4 workers that share a Temporal server, a store and a folder; prints a table. */
export async function benchScaling(): Promise<ScalingFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-scaling-'));
  const server = await startTestServer();
  const client = new Client({ connection: await Connection.connect({ address: server.address }) });
  try {
    const figures: ScalingFigures[] = [];
    for (const workers of [1, 2, 4]) figures.push(await measure(workers, folder, server.address, client));
    report(figures);
    return figures;
  } finally {
    await client.connection.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(workers: number, folder: string, address: string, client: Client): Promise<ScalingFigures> {
  const runId = `scaling-${workers}`;
  const shared = join(folder, runId);
  const environment = {
    TEMPORAL_ADDRESS: address,
    QUERYLOOP_ARTIFACTS: join(shared, 'artifacts'),
    QUERYLOOP_STORE_URL: `file:${join(shared, 'store.db')}`,
  };
  const machines = [];
  for (let i = 0; i < workers; i++) machines.push(await startWorkerMachine(join(shared, String(i)), environment));
  try {
    const input = { runId, config };
    await client.workflow.execute('experiment', { workflowId: runId, taskQueue: 'cpu', args: [input] });
  } finally {
    await Promise.all(machines.map((machine) => machine.stop()));
  }
  const store = await openStore({ folder: shared, url: environment.QUERYLOOP_STORE_URL });
  try {
    const steps = await store.steps.list(runId);
    const run = await store.runs.get(runId);
    return {
      workers,
      rolloutSeconds: median(spansOf(steps, 'generateRollout')),
      rewardSeconds: median(spansOf(steps, 'scoreCompletions')),
      checkpointHash: run?.result?.checkpoint.hash ?? '',
    };
  } finally {
    await store.close();
  }
}

/** For each update but the first, which loads what later ones find loaded: seconds from the first start to the last end. */
function spansOf(steps: readonly StoredStep[], step: string): number[] {
  const byUpdate = new Map<number, { start: number; end: number }>();
  for (const { update, name, startedAt, seconds } of steps) {
    if (!name.startsWith(step) || startedAt === null || update < 2) continue;
    const start = startedAt.getTime() / 1000;
    const span = byUpdate.get(update);
    byUpdate.set(update, {
      start: Math.min(span?.start ?? start, start),
      end: Math.max(span?.end ?? 0, start + seconds),
    });
  }
  return [...byUpdate.values()].map(({ start, end }) => end - start);
}

function report(figures: readonly ScalingFigures[]): void {
  const [one] = figures;
  const same = figures.every(({ checkpointHash }) => checkpointHash === one?.checkpointHash);
  const ratio = (base: number | undefined, value: number): string => `${((base ?? 0) / value).toFixed(2)} ×`;
  printTable(
    `workers: the four shards of an update, median of 7${same ? ', same final checkpoint' : ' (THE RESULTS DIFFER)'}`,
    ['workers', 'rollout s', 'faster', 'rewards s', 'faster'],
    figures.map(({ workers, rolloutSeconds, rewardSeconds }) => [
      String(workers),
      rolloutSeconds.toFixed(2),
      ratio(one?.rolloutSeconds, rolloutSeconds),
      rewardSeconds.toFixed(3),
      ratio(one?.rewardSeconds, rewardSeconds),
    ]),
  );
}
