/** `queryloop compare <run or sweep>…`: which runs are better than others, over seeds and questions. */
import { type SplitName, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { type Comparison, compareRuns } from '../compare/comparison.ts';
import { comparisonCsv, comparisonMarkdown, comparisonTable } from '../compare/print-comparison.ts';
import { findRuns, groupRuns, type RunSide } from '../compare/sides.ts';
import { openScreen } from '../screen.ts';
import { withStore } from '../stored-run.ts';

export interface CompareOptions {
  split: Extract<SplitName, 'test' | 'dev'>;
  format: 'table' | 'json' | 'csv' | 'markdown';
  /** A run of the reference side. */
  baseline?: string;
  againstBase: boolean;
}

export async function compare(ids: readonly string[], options: CompareOptions): Promise<void> {
  const done = await withStore((store) => comparisonOf(store, ids, options));
  if (done === undefined) {
    throw new UserError({
      message: 'there are no runs in this folder yet',
      field: 'run',
      hint: 'Work in the folder the runs were made in, or set QUERYLOOP_HOME or QUERYLOOP_STORE_URL.',
    });
  }
  const { comparison, leftOut } = done;
  const notes = openScreen({ json: options.format !== 'table' });
  const lines = {
    table: comparisonTable,
    json: (value: Comparison) => [JSON.stringify(value)],
    csv: comparisonCsv,
    markdown: comparisonMarkdown,
  }[options.format](comparison);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (leftOut.length > 0)
    notes.line(
      `left out, as they are not finished: ${leftOut.map(({ id, status }) => `${id} (${status})`).join(', ')}`,
    );
}

/** Throws UserError for runs that cannot be compared. */
export async function comparisonOf(
  store: Store,
  ids: readonly string[],
  { split, baseline, againstBase }: Omit<CompareOptions, 'format'>,
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
