/** Starts a worker: for each task queue a Temporal worker with its activities, sharing one connection and the policy processes. */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore, StepCache, TaskQueue } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import type { TemporalAddress } from '@queryloop/control/temporal-address';
import type { Store } from '@queryloop/store';
import { NativeConnection, Worker } from '@temporalio/worker';
import { freePort } from '../../../infra/temporal/free-port.ts';
import { activitiesOf } from './activities.ts';
import { codeVersion } from './code-version.ts';
import { logTemporalTo } from './logging.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { stepMeter } from './metrics/step-meter.ts';
import { PolicyPool } from './policy-pool.ts';
import { recordAttempts } from './record-attempts.ts';
import type { SilenceLimits } from './silence.ts';
import type { WorkerOptions } from './worker-options.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface WorkerSettings extends WorkerOptions {
  temporal: TemporalAddress;
  silence: SilenceLimits;
  folders: Folders;
  artifacts: ArtifactStore;
  cache: StepCache;
  store: Store;
}

export interface RunningWorker {
  /** Resolves when all queues have stopped, rejects when one fails. */
  finished: Promise<void>;
  /** host:port of its metrics; null when it serves none. */
  metrics: string | null;
  /** Takes no new steps, gives those that run the grace time, then drops them and ends the policy processes. */
  stop(): void;
}

/** Time that dropped steps have to end: a policy process is ended after 3 s. */
const dropTimeMs = 10_000;

export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { temporal, silence, queues, concurrency, graceMs, metrics, folders, artifacts, cache, store } = settings;
  mkdirSync(folders.cache, { recursive: true });
  const ofTemporal = metrics && `127.0.0.1:${await freePort()}`;
  const logger = logTemporalTo(join(folders.logs, 'worker.log'), ofTemporal ?? undefined);
  const connection = await NativeConnection.connect(temporal.connection);
  const attempts = recordAttempts(store);
  const policies = new PolicyPool(concurrency.policy, { logFile: join(folders.logs, 'policy.log'), silence });
  const code = codeVersion().slice(0, 8);
  const meter = stepMeter(policies, queues, code);
  const served = metrics && ofTemporal && (await serveMetrics(metrics, meter.registry, ofTemporal));
  const activities = activitiesOf({
    folders,
    artifacts,
    cache,
    store,
    policies,
    attempts,
    silence,
    meter,
    warn: (message) => logger.warn(message),
  });

  // The console's health page tells workers of different code apart by it.
  const identity = `${process.pid}@${hostname()}#${code}`;
  const workers = await Promise.all(
    queues.map(async (taskQueue: TaskQueue) =>
      Worker.create({
        connection,
        namespace: temporal.namespace,
        taskQueue,
        identity,
        maxConcurrentActivityTaskExecutions: concurrency[taskQueue],
        maxHeartbeatThrottleInterval: '1 second',
        shutdownGraceTime: graceMs,
        shutdownForceTime: graceMs + dropTimeMs,
        activities: activities(taskQueue),
        ...(taskQueue === 'cpu' && { workflowBundle: await workflowBundle(folders.cache, logger) }),
      }),
    ),
  );
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const finished = Promise.all(
    workers.map(async (worker) => {
      try {
        await worker.run();
      } finally {
        // One queue that fails takes the others along: whoever started this worker sees it and starts it again.
        stop();
      }
    }),
  ).finally(async () => {
    if (served) served.close();
    policies.stop();
    await attempts.close();
    await connection.close();
  });
  return { finished: finished.then(() => undefined), metrics: served ? served.address : null, stop };
}
