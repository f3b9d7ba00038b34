/** Which runs are better than others: the runs that ids name, as sides, compared with one of them or with their own bases. */
import { type SplitName, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { type Comparison, compareRuns } from './comparison.ts';
import { findRuns, groupRuns, type RunSide } from './sides.ts';

export interface ChosenComparison {
  split: Extract<SplitName, 'test' | 'dev'>;
  /** A run of the reference side. */
  baseline?: string;
  againstBase: boolean;
}

/** Throws UserError for runs that cannot be compared. */
export async function comparisonOf(
  store: Store,
  ids: readonly string[],
  { split, baseline, againstBase }: ChosenComparison,
): Promise<{ comparison: Comparison; leftOut: StoredRun[] }> {
  if (baseline !== undefined && againstBase) {
    throw new UserError({
      message: `--baseline ${baseline} and --against-base exclude each other`,
      field: '--baseline',
      hint: 'With --against-base each side is compared with its own policies before GRPO.',
    });
  }
  const { runs, leftOut } = await findRuns(store, ids);
  if (baseline !== undefined && !runs.some(({ id }) => id === baseline)) {
    const { runs: more } = await findRuns(store, [baseline]);
    if (more.length !== 1 || more[0]?.id !== baseline) {
      throw new UserError({
        message: `--baseline ${baseline}: is a sweep`,
        field: '--baseline',
        hint: 'Name a run; all runs that differ from it in their seed only are the baseline.',
      });
    }
    runs.push(...more);
  }
  const sides = groupRuns(runs);
  if (sides.length < 2 && !againstBase) {
    throw new UserError({
      message: `there is nothing to compare with: ${runs.length === 1 ? 'one run was given' : `the ${runs.length} runs differ in their seeds only, so they are one side`}`,
      field: 'run',
      hint: 'Give a run with other settings too, or use --against-base to compare with the policies before GRPO.',
    });
  }
  return { comparison: await compareRuns(store, referenceFirst(sides, baseline), { split, againstBase }), leftOut };
}

function referenceFirst(sides: readonly RunSide[], baseline: string | undefined): RunSide[] {
  const isReference = ({ runs }: RunSide): boolean => runs.some(({ id }) => id === baseline);
  return [...sides.filter(isReference), ...sides.filter((side) => !isReference(side))];
}
