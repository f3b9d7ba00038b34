/** Runs experiments and sweeps on a real server with the steps a test gives: one worker per task queue, in this process. */

import { fileURLToPath } from 'node:url';
import { ExperimentConfig, type ExperimentInput, type RunOutcome, type RunResult } from '@queryloop/contracts';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { startTestServer } from '../temporal-server.ts';
import { tinyAnalysisSteps } from './tiny-analysis-steps.ts';
import { type TinySteps, tinySteps } from './tiny-steps.ts';

export type RunPlan = Partial<Pick<ExperimentInput, 'from' | 'until' | 'sweepId'>> & { priority?: number };

export interface Harness {
  client: Client;
  /** Runs one experiment with these steps to its end. */
  run(runId: string, steps: TinySteps, config?: object, plan?: RunPlan): Promise<RunResult>;
  start(runId: string, steps: TinySteps, config?: object, plan?: RunPlan): Promise<WorkflowHandle>;
  /** Workflows whose id begins with `prefix` get these steps: a sweep and its runs, or an analysis. */
  provide(prefix: string, steps: object): void;
  /** Ends the workers, and starts others that know nothing but the histories. */
  restartWorkers(): Promise<void>;
  stop(): Promise<void>;
}

/** Without a server given, one of its own is started; either is stopped with the harness. */
export async function openHarness(given?: { address: string; stop(): Promise<void> }): Promise<Harness> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const server = given ?? (await startTestServer());
  const connection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection: await Connection.connect({ address: server.address }), identity: 'test' });
  const workflowsPath = fileURLToPath(import.meta.resolve('@queryloop/workflows'));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });

  // Workers outlive a test; the steps they run are those of the run that asks, found by its id.
  const provided = new Map<string, object>();
  const stepsOf = (workflowId: string): object | undefined => {
    const prefixes = [...provided.keys()].filter((prefix) => workflowId.startsWith(prefix));
    return provided.get(prefixes.sort((a, b) => b.length - a.length)[0] ?? '');
  };
  const activities = Object.fromEntries(
    Object.keys({ ...tinySteps().steps, ...tinyAnalysisSteps().steps }).map((name) => [
      name,
      (input: unknown) => {
        const steps = stepsOf(Context.current().info.workflowExecution?.workflowId ?? '') as Record<
          string,
          (input: unknown) => unknown
        >;
        return steps[name]?.(input);
      },
    ]),
  );
  const startWorkers = async (): Promise<() => Promise<void>> => {
    const workers = await Promise.all(
      ['cpu', 'policy', 'sql'].map((taskQueue) =>
        Worker.create({
          ...{ connection, taskQueue, activities, shutdownForceTime: '5 seconds', identity: `worker-${taskQueue}` },
          ...(taskQueue === 'cpu' && { workflowBundle }),
        }),
      ),
    );
    const running = workers.map((worker) => worker.run());
    return async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    };
  };
  let stopWorkers = await startWorkers();

  const start: Harness['start'] = async (runId, steps, config = {}, { priority, ...plan } = {}) => {
    provided.set(runId, steps);
    return await client.workflow.start('experiment', {
      ...{ workflowId: runId, taskQueue: 'cpu' },
      ...(priority !== undefined && { priority: { priorityKey: priority } }),
      args: [{ runId, config: ExperimentConfig.parse(config), ...plan }],
    });
  };
  return {
    client,
    start,
    run: async (...input) => {
      const handle = await start(...input);
      const outcome = (await handle.result()) as RunOutcome;
      if (outcome.status !== 'finished') throw new Error(`run ${input[0]} stopped at update ${outcome.update}`);
      return outcome.result;
    },
    provide: (prefix, steps) => provided.set(prefix, steps),
    restartWorkers: async () => {
      await stopWorkers();
      stopWorkers = await startWorkers();
    },
    stop: async () => {
      await stopWorkers();
      await client.connection.close();
      await connection.close();
      await server.stop();
    },
  };
}
