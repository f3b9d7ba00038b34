/** Follows a run to its end, and shows what it does. */
import type { RunOutcome, RunProgress } from '@queryloop/contracts';
import { stepInProgress } from '@queryloop/control';
import type { WorkflowHandle } from '@temporalio/client';
import { followWorkflow } from './follow-workflow.ts';
import { RunView } from './run-view.ts';
import type { Screen } from './screen.ts';

/** Errors as of `followWorkflow`. */
export async function followRun(handle: WorkflowHandle, screen: Screen, signal: AbortSignal): Promise<RunOutcome> {
  const view = new RunView(screen, handle.workflowId);
  const progress = (): Promise<RunProgress> => handle.query<RunProgress>('progress');
  const outcome = await followWorkflow<RunOutcome>(
    {
      handle,
      noun: 'run',
      pollIntervalMs: 500,
      look: async (answered) => {
        const step = await stepInProgress(handle);
        answered();
        view.show(await progress(), step);
      },
      waiting: (service) => view.waiting(service),
      isHeld: async () => (await progress()).paused,
    },
    signal,
  );
  if (outcome.status === 'finished') view.showRest(outcome.result);
  return outcome;
}
