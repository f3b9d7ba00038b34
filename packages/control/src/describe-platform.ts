/** What works where at this moment: Temporal's version, and for each task queue its workers and the steps that wait for one. */
import { TaskQueue } from '@queryloop/contracts';
import type { Client } from '@temporalio/client';
import { within } from './within.ts';

export interface PlatformNow {
  /** Version of the Temporal server. */
  server: string;
  queues: QueueNow[];
}

export interface QueueNow {
  name: TaskQueue;
  /** Steps that wait for a worker. */
  waiting: number;
  /** How long the first of them has waited, in seconds. */
  waitingSeconds: number;
  workers: WorkerNow[];
}

export interface WorkerNow {
  /** Process and machine, e.g. "4711@laptop". */
  name: string;
  /** First digits of the hash of its code; null for a worker that does not say. */
  code: string | null;
  /** Seconds since it last asked for work; a poll takes up to a minute. */
  seenSecondsAgo: number;
}

const activityQueue = 2;
/** A worker that has not asked for work for so long is gone: a poll ends after a minute. */
const goneSeconds = 90;
const timeoutMs = 3_000;

/** Throws what `isTemporalAway` knows when Temporal does not answer. */
export async function describePlatform({ client }: { client: Client }): Promise<PlatformNow> {
  return await within(client, timeoutMs, async () => {
    const { workflowService } = client.connection;
    const [{ serverVersion }, queues] = await Promise.all([
      workflowService.getSystemInfo({}),
      Promise.all(TaskQueue.options.map((name) => describeQueue(client, name))),
    ]);
    return { server: serverVersion ?? 'unknown', queues };
  });
}

async function describeQueue(client: Client, name: TaskQueue): Promise<QueueNow> {
  const { pollers, stats } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: activityQueue,
    reportStats: true,
  });
  const workers = (pollers ?? []).map(({ identity, lastAccessTime }) => {
    const [worker, code] = (identity ?? '').split('#') as [string, string?];
    const seenMs = Number(lastAccessTime?.seconds ?? 0) * 1000;
    return { name: worker, code: code ?? null, seenSecondsAgo: Math.max(0, (Date.now() - seenMs) / 1000) };
  });
  return {
    name,
    waiting: Number(stats?.approximateBacklogCount ?? 0),
    waitingSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
    workers: workers.filter((worker) => worker.seenSecondsAgo < goneSeconds),
  };
}
