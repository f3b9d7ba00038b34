/** `queryloop cancel <run or sweep>`: drops the step in progress and ends the run; what it has done is kept, and it can be resumed. */
import { WorkflowFailedError } from '@temporalio/client';
import { reachRun } from '../reach-run.ts';

export async function cancel(id: string, signal: AbortSignal): Promise<void> {
  await reachRun({ command: 'cancel', id, status: 'cancelled' }, signal, async (handle, screen) => {
    await handle.cancel();
    screen.line(`run ${id} ends …`);
    try {
      await handle.result();
      return `run ${id} finished before it could be cancelled; queryloop resume ${id} shows its result`;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return `run ${id} is cancelled; go on with it after all: queryloop resume ${id}`;
    }
  });
}
