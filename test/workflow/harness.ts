/** Runs experiments on a real server with the steps a test gives: one worker per task queue, in this process. */

import { fileURLToPath } from 'node:url';
import { ExperimentConfig, type RunResult } from '@queryloop/contracts';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { startTestServer } from '../temporal-server.ts';
import { type TinySteps, tinySteps } from './tiny-steps.ts';

export interface Harness {
  client: Client;
  /** Runs one experiment with these steps to its end. */
  run(runId: string, steps: TinySteps, config?: object): Promise<RunResult>;
  stop(): Promise<void>;
}

export async function openHarness(): Promise<Harness> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const server = await startTestServer();
  const connection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection: await Connection.connect({ address: server.address }) });
  const workflowsPath = fileURLToPath(import.meta.resolve('@queryloop/workflows'));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });

  // Workers outlive a test; the steps they run are those of the run that asks, found by its id.
  const stepsOf = new Map<string, TinySteps>();
  const activities = Object.fromEntries(
    Object.keys(tinySteps().steps).map((name) => [
      name,
      (input: unknown) => {
        const steps = stepsOf.get(Context.current().info.workflowExecution?.workflowId ?? '') as unknown as Record<
          string,
          (input: unknown) => unknown
        >;
        return steps[name]?.(input);
      },
    ]),
  );
  const workers = await Promise.all(
    ['cpu', 'policy', 'sql'].map((taskQueue) =>
      Worker.create({ connection, taskQueue, activities, ...(taskQueue === 'cpu' && { workflowBundle }) }),
    ),
  );
  const running = workers.map((worker) => worker.run());

  return {
    client,
    run: async (runId, steps, config = {}) => {
      stepsOf.set(runId, steps);
      const args = [{ runId, config: ExperimentConfig.parse(config) }];
      return (await client.workflow.execute('experiment', { workflowId: runId, taskQueue: 'cpu', args })) as RunResult;
    },
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await client.connection.close();
      await connection.close();
      await server.stop();
    },
  };
}
