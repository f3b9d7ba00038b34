/** Holds what a killed command left unfinished, so that it does not take the turns of what is asked for now. */
import type { Client } from '@temporalio/client';

/** Holds all unfinished workflows but those that `keep` names; they can be resumed later. No worker is needed for it. */
export async function holdOtherRuns(client: Client, keep: (workflowId: string) => boolean): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    if (!keep(workflowId)) await client.workflow.getHandle(workflowId).signal('pause');
  }
}
