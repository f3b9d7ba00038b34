/** Starts a worker: for each task queue a Temporal worker with its activities, sharing one connection and one policy process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactStore, Step, TaskQueue } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import type { Store } from '@queryloop/store';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { activityOf } from './activity.ts';
import { logTemporalTo } from './logging.ts';
import { PolicyProcess } from './policy-process-client.ts';
import { recordAttempts } from './record-attempts.ts';
import { cpuStepLoaders, policyStepLoaders, sqlStepLoaders } from './registry.ts';
import { type RecordSteps, recordSteps } from './run-records.ts';
import type { StepLoaders } from './serve-steps.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface WorkerSettings {
  address: string;
  namespace: string;
  queues: readonly TaskQueue[];
  folders: Folders;
  artifacts: ArtifactStore;
  store: Store;
}

export interface RunningWorker {
  /** Resolves when all queues have stopped, rejects when one fails. */
  finished: Promise<void>;
  /** Stops polling, gives steps a few seconds, ends the policy process. */
  stop(): void;
}

/** One policy process computes one step at a time; the other queues wait for disks and databases. */
const concurrentSteps: Record<TaskQueue, number> = { cpu: 8, policy: 1, sql: 2 };

export async function startWorker({
  address,
  namespace,
  queues,
  folders,
  artifacts,
  store,
}: WorkerSettings): Promise<RunningWorker> {
  mkdirSync(folders.cache, { recursive: true });
  const logger = logTemporalTo(join(folders.logs, 'worker.log'));
  const connection = await NativeConnection.connect({ address });
  const attempts = recordAttempts(store);
  const policyProcess = new PolicyProcess({ logFile: join(folders.logs, 'policy.log') });

  const optionsOf = async (queue: TaskQueue): Promise<Partial<WorkerOptions>> => {
    if (queue === 'policy') return { activities: policyActivities(policyProcess) };
    if (queue === 'sql') return { activities: localActivities(sqlStepLoaders, artifacts, folders) };
    const activities = {
      ...localActivities(cpuStepLoaders, artifacts, folders),
      ...activitiesOf(recordSteps(store, artifacts)),
    };
    return { activities, workflowBundle: await workflowBundle(folders.cache, logger) };
  };
  const workers = await Promise.all(
    queues.map(async (taskQueue) =>
      Worker.create({
        connection,
        namespace,
        taskQueue,
        maxConcurrentActivityTaskExecutions: concurrentSteps[taskQueue],
        maxHeartbeatThrottleInterval: '1 second',
        shutdownGraceTime: '1 second',
        shutdownForceTime: '10 seconds',
        interceptors: { activity: [attempts.interceptor] },
        ...(await optionsOf(taskQueue)),
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
    policyProcess.stop();
    await attempts.close();
    await connection.close();
  });
  return { finished: finished.then(() => undefined), stop };
}

/** Activities that run in the policy process; their inputs say how many threads TensorFlow gets. */
function policyActivities(
  policyProcess: PolicyProcess,
): Record<string, (input: { threads: number }) => Promise<unknown>> {
  return Object.fromEntries(
    Object.keys(policyStepLoaders).map((name) => [
      name,
      activityOf((input: { threads: number }, { progress, signal }) =>
        policyProcess.run(name, input, { threads: input.threads, onProgress: progress, signal }),
      ),
    ]),
  );
}

/** Activities of steps that need no more than their input. */
function activitiesOf(steps: RecordSteps): Record<string, (input: never) => Promise<unknown>> {
  const bodies = Object.entries(steps) as [string, (input: unknown) => Promise<unknown>][];
  return Object.fromEntries(bodies.map(([name, body]) => [name, activityOf((input: unknown) => body(input))]));
}

/** Activities that run in this process. */
function localActivities(
  loaders: StepLoaders,
  artifacts: ArtifactStore,
  { cache }: Folders,
): Record<string, (input: unknown) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(loaders).map(([name, load]) => [
      name,
      activityOf(async (input: unknown, { progress, signal }) => {
        const body: Step<unknown, unknown> = await load();
        return await body(input, { artifacts, cacheFolder: cache, progress, signal });
      }),
    ]),
  );
}
