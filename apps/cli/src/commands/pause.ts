/** `queryloop pause <run or sweep>`: drops the step in progress, which is repeated later, and holds the run. */
import { UserError } from '@queryloop/contracts';
import { type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { RunFailed } from '../exit-code.ts';
import { reachRun } from '../reach-run.ts';

const timeoutMs = 60_000;

export async function pause(id: string, signal: AbortSignal): Promise<void> {
  await reachRun({ command: 'pause', id, status: 'paused' }, signal, async (handle) => {
    await Promise.race([hold(handle), timeout(id)]);
    return `run ${id} is held; go on with: queryloop resume ${id}`;
  });
}

/** The workflow answers once it holds, or says why it cannot. */
async function hold(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.executeUpdate('pause');
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new UserError({ message: error.cause?.message ?? error.message, field: 'run' });
  }
}

function timeout(id: string): Promise<never> {
  return new Promise((_, reject) => {
    const late = new RunFailed(
      `run ${id} has not answered: is a worker there? Look at it with: queryloop status ${id}`,
    );
    setTimeout(() => reject(late), timeoutMs).unref();
  });
}
