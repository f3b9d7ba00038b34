/** The training of a table: the sweeps of its variants, one after the other. */
import type { SweepResult, SweepRun } from '@queryloop/contracts';
import { launchSweep, nothingLeft, type PlannedVariant } from '@queryloop/control';
import { percent, type Screen } from '../screen.ts';
import { withControl, withStore } from '../stored-run.ts';
import { followSweep } from '../sweep/follow-sweep.ts';
import type { TableServices } from './table-services.ts';

/** A run that has no place in the table. */
export interface FailedRun extends Pick<SweepRun, 'runId' | 'seed' | 'error'> {
  variant: string;
}

/** Runs what is not finished yet. A run that fails stops no other; those that did are given back. */
export async function runVariants(
  variants: readonly PlannedVariant[],
  services: TableServices,
  screen: Screen,
  signal: AbortSignal,
): Promise<FailedRun[]> {
  const failed: FailedRun[] = [];
  for (const variant of variants) {
    const { runs } = await runVariant(variant, services, screen, signal);
    const own = runs.filter(({ trial }) => trial === variant.sweep.trials[0]?.id);
    const finished = own.filter(({ status }) => status === 'finished');
    const scores = finished.map(({ test }) => percent(test ?? 0)).join(', ');
    screen.line(
      `${variant.name}: ${finished.length} of ${variant.seeds.length} runs finished${scores && `, on test ${scores}`}`,
    );
    for (const { runId, seed, error, status } of own)
      if (status === 'failed' || status === 'cancelled') failed.push({ variant: variant.name, runId, seed, error });
  }
  return failed;
}

async function runVariant(
  { name, sweep }: PlannedVariant,
  services: TableServices,
  screen: Screen,
  signal: AbortSignal,
): Promise<SweepResult> {
  const stored = await withStore((store) => store.sweeps.get(sweep.sweepId));
  if (stored?.result && nothingLeft(stored, sweep)) return stored.result;
  signal.throwIfAborted();
  const platform = await services.get(sweep.sweepId);
  screen.line(`${name}: sweep ${sweep.sweepId}`);
  const begun = withControl(platform.client, (control) => launchSweep(control, sweep));
  await Promise.race([begun, platform.failed]);
  return await Promise.race([followSweep(platform.client, sweep, screen, signal), platform.failed]);
}
