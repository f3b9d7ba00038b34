/** The table of a sweep's runs: which runs, and the columns that say most about them. */
import type { SweepDetail } from './schemas.ts';

type Sweep = Pick<SweepDetail, 'id' | 'parameters'>;

/** Filter of the table of runs. */
export function runsOfSweep({ id }: Pick<Sweep, 'id'>): string {
  return `sweep="${id}"`;
}

/** What the sweep varies stands before what came of it. */
export function columnsOfSweep({ parameters }: Pick<Sweep, 'parameters'>): string[] {
  return ['status', 'updates', ...parameters, 'max(dev/accuracy)', 'test/accuracy', 'seed', 'duration'];
}
