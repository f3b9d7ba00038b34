/** Executions of the experiment workflow. A run has one after the other, all under its own id. */
import type { ExperimentConfig, ExperimentInput } from '@queryloop/contracts';
import type { StoredRun } from '@queryloop/store';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';

export async function startExperiment(client: Client, input: ExperimentInput): Promise<WorkflowHandle> {
  return await client.workflow.start('experiment', { workflowId: input.runId, taskQueue: 'cpu', args: [input] });
}

/** Another execution of a run, from what is stored of it. */
export async function goOn(client: Client, run: StoredRun, config: ExperimentConfig): Promise<WorkflowHandle> {
  const input: ExperimentInput = { runId: run.id, config, from: { runId: run.id } };
  return await startExperiment(client, run.sweepId === null ? input : { ...input, sweepId: run.sweepId });
}

/** Whether the last execution is unfinished; undefined when Temporal knows of none. */
export async function isOpen(handle: WorkflowHandle): Promise<boolean | undefined> {
  try {
    return (await handle.describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
