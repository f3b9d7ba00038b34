/** `queryloop cancel <run or sweep>`: drops the step in progress and ends the run; what it has done is kept, and it can be resumed. */
import { awaitEnd, cancel as cancelRun } from '@queryloop/control';
import { reachRun } from '../reach-run.ts';

export async function cancel(id: string, signal: AbortSignal): Promise<void> {
  await reachRun({ command: 'cancel', id }, signal, async (control, screen) => {
    const { ended, said } = await cancelRun(control, id);
    if (ended) return said;
    screen.line(said);
    return (await awaitEnd(control, id)) === 'finished'
      ? `run ${id} finished before it could be cancelled; queryloop resume ${id} shows its result`
      : `run ${id} is cancelled; go on with it after all: queryloop resume ${id}`;
  });
}
