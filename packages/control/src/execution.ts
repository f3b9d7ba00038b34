/** Executions of the experiment workflow. A run has one after the other, all under its own id. */
import {
  type AnalysisInput,
  type ExperimentConfig,
  type ExperimentInput,
  type SweepInput,
  UserError,
} from '@queryloop/contracts';
import type { StoredRun } from '@queryloop/store';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { temporalTimeoutMs, within } from './within.ts';

/** Throws UserError when another command was quicker. */
export async function startExperiment(client: Client, input: ExperimentInput): Promise<WorkflowHandle> {
  return await startWorkflow(client, 'experiment', input.runId, input);
}

/** Throws UserError when another command was quicker. */
export async function startSweepWorkflow(client: Client, input: SweepInput): Promise<WorkflowHandle> {
  return await startWorkflow(client, 'sweep', input.sweepId, input);
}

/** Throws UserError when another command was quicker. */
export async function startAnalysisWorkflow(client: Client, input: AnalysisInput): Promise<WorkflowHandle> {
  return await startWorkflow(client, 'analysis', input.analysisId, input);
}

async function startWorkflow(client: Client, type: string, workflowId: string, input: object): Promise<WorkflowHandle> {
  try {
    const options = { workflowId, taskQueue: 'cpu', args: [input] };
    return await within(client, temporalTimeoutMs, () => client.workflow.start(type, options));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new UserError({
      message: `${workflowId} was begun by another command at this moment`,
      field: 'run',
      hint: `queryloop resume ${workflowId} follows it.`,
      kind: 'conflict',
    });
  }
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
