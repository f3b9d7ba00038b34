/** `queryloop sweep --dry-run`: which runs are finished, what the others would do, what of it is cached, how long it takes. */
import type { SweepInput } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import { planSweep } from '@queryloop/control';
import { lookUpStep } from '@queryloop/worker';
import { duration, openScreen } from '../screen.ts';
import { withStoreIfAny } from '../stored-run.ts';
import { tableLines } from '../table.ts';

/** Prints the plan. */
export async function dryRunSweep(input: SweepInput, { json }: { json: boolean }): Promise<void> {
  const runs = await withStoreIfAny((store) => planSweep({ store, lookUpStep }, input));
  const screen = openScreen({ json });
  const seconds = runs.reduce<number | null>(
    (sum, { estimatedSeconds }) => (sum === null || estimatedSeconds === null ? null : sum + estimatedSeconds),
    0,
  );
  const parametersOf = (id: string): string =>
    describeParameters(input.trials.find((trial) => trial.id === id)?.parameters ?? {});
  const rows = runs.map(({ trial, seed, finished, updates, updatesCached, stepsToDo, estimatedSeconds }) => [
    trial,
    parametersOf(trial),
    String(seed),
    finished ? 'finished' : `${updatesCached} of ${updates}`,
    String(stepsToDo),
    estimatedSeconds === null ? 'unknown' : duration(estimatedSeconds),
  ]);
  for (const line of tableLines(['trial', 'parameters', 'seed', 'updates cached', 'steps to do', 'time'], rows))
    screen.line(line);
  const open = runs.filter(({ finished }) => !finished).length;
  screen.line();
  screen.line(`${open} of ${runs.length} runs would run; steps that several share are counted once`);
  if (input.settings.method === 'asha')
    screen.line('which trials go on is decided by their scores; as many as usually do are planned to do so');
  screen.line(
    seconds === null
      ? 'no earlier run here tells how long a step takes'
      : `about ${duration(seconds)} on one worker, judged by earlier runs here`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ sweepId: input.sweepId, runs, estimatedSeconds: seconds })}\n`);
}
