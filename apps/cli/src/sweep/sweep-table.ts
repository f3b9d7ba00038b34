/** The result of a sweep as people read it: a table of its trials. */
import type { SweepResult, SweepRun } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import type { SeedScore, TrialSummary } from '@queryloop/control';
import { percent } from '../screen.ts';
import { tableLines } from '../table.ts';

/** E.g. "71.3 ± 1.2 %"; a dash for none. */
export function shownScore(score: SeedScore | null): string {
  if (score === null) return '–';
  return score.standardError === null
    ? percent(score.mean)
    : `${(100 * score.mean).toFixed(1)} ± ${percent(score.standardError)}`;
}

/** Lines of the table, ready to print. */
export function sweepLines(trials: readonly TrialSummary[], { best }: SweepResult): string[] {
  const rows = trials.map(({ trial, parameters, runs, dev, test }) => [
    trial === best?.trial ? '*' : '',
    trial,
    describeParameters(parameters),
    statuses(runs),
    String(Math.max(0, ...runs.map(({ update }) => update))),
    shownScore(dev),
    shownScore(test),
  ]);
  return tableLines(['', 'trial', 'parameters', 'runs', 'updates', 'dev', 'test'], rows);
}

/** E.g. "2 finished, 1 failed". */
function statuses(runs: readonly SweepRun[]): string {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status ?? 'not begun', (counts.get(status ?? 'not begun') ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}
