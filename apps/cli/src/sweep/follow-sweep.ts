/** Follows a sweep to its end, and shows what its runs do. */
import type { RunProgress, SweepInput, SweepProgress, SweepResult } from '@queryloop/contracts';
import type { Client } from '@temporalio/client';
import { followWorkflow } from '../follow-workflow.ts';
import type { Screen } from '../screen.ts';
import { SweepView } from './sweep-view.ts';

/** Held when its runs are, too. Errors as of `followWorkflow`. */
export async function followSweep(
  { workflow }: Client,
  input: SweepInput,
  screen: Screen,
  signal: AbortSignal,
): Promise<SweepResult> {
  const handle = workflow.getHandle(input.sweepId);
  const view = new SweepView(screen, input);
  const progress = (): Promise<SweepProgress> => handle.query<SweepProgress>('progress');
  const result = await followWorkflow<SweepResult>(
    {
      handle,
      noun: 'sweep',
      pollIntervalMs: 1_000,
      look: async (answered) => {
        const known = await progress();
        answered();
        view.show(known);
      },
      waiting: () => undefined,
      isHeld: async () => {
        const { runs } = await progress();
        if (runs.some(({ status }) => status === 'running')) return false;
        for (const { runId } of runs.filter(({ status }) => status === 'paused'))
          if (!(await workflow.getHandle(runId).query<RunProgress>('progress')).paused) return false;
        return true;
      },
    },
    signal,
  );
  view.show(result);
  return result;
}
