/** The result of a sweep by trial: scores over seeds. */
import { hidePassword, type Scalar, type SweepInput, type SweepResult, type SweepRun } from '@queryloop/contracts';
import { mean, standardError } from '@queryloop/stats';

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
