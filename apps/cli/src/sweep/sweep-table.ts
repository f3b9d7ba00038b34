/** The result of a sweep by trial: scores over seeds, as a table and as a document. */
import { hidePassword, type Scalar, type SweepInput, type SweepResult, type SweepRun } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import { mean, standardError } from '@queryloop/stats';
import { percent } from '../screen.ts';
import { tableLines } from '../table.ts';

/** Mean over runs; its standard error needs two. */
export interface SeedScore {
  mean: number;
  standardError: number | null;
  n: number;
}

export interface TrialSummary {
  trial: string;
  /** As others may see them. */
  parameters: Record<string, Scalar>;
  runs: SweepRun[];
  dev: SeedScore | null;
  /** Of finished runs. */
  test: SeedScore | null;
}

/** Trials with the best on dev first; those without scores last. */
export function summariseTrials({ trials }: Pick<SweepInput, 'trials'>, { runs, best }: SweepResult): TrialSummary[] {
  const summaries = trials.map(({ id, parameters }): TrialSummary => {
    const own = runs.filter(({ trial }) => trial === id);
    return {
      trial: id,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
          name,
          typeof value === 'string' ? hidePassword(value) : value,
        ]),
      ),
      runs: own,
      dev: seedScore(own.map(({ dev }) => dev)),
      test: seedScore(own.map(({ test }) => test)),
    };
  });
  const rank = ({ trial, dev }: TrialSummary): number => (trial === best?.trial ? 2 : (dev?.mean ?? -1));
  return summaries.sort((a, b) => rank(b) - rank(a));
}

export function seedScore(scores: readonly (number | null)[]): SeedScore | null {
  const known = scores.filter((score) => score !== null);
  if (known.length === 0) return null;
  return { mean: mean(known), standardError: known.length < 2 ? null : standardError(known), n: known.length };
}

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
