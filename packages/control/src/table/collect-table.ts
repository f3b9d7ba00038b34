/** Gathers what a table reports: the runs of its variants, what their policies answered on every split, and the scores. */
import { type ArtifactStore, type EvaluateResult, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import type { Table } from './load-table.ts';
import type { ReportedRun, ReportedTable, ReportedVariant } from './reported-table.ts';
import { runsOfVariant, type VariantRun } from './runs-of-variant.ts';
import { scoreTable } from './score-table.ts';
import { type RunEvaluation, readSplitAnswers, type SplitAnswers } from './table-answers.ts';

export interface TableSources {
  store: Store;
  artifacts: Pick<ArtifactStore, 'getJson'>;
  /** Evaluates a finished run on a split, or takes what is known. */
  evaluate(run: StoredRun, split: string): Promise<EvaluateResult>;
}

export interface TablePart extends Pick<ReportedTable, 'command' | 'missingSplits'> {
  /** Splits that can be had, in order. */
  splits: readonly string[];
}

/** Throws UserError when a split could only be had from another dataset than a run's, or runs were asked different questions. */
export async function collectTable(
  { store, artifacts, evaluate }: TableSources,
  { experiment, set, variants }: Table,
  { splits, ...rest }: TablePart,
): Promise<ReportedTable> {
  const known: VariantRun[][] = [];
  for (const variant of variants) known.push(await runsOfVariant(store, variant));
  const answers: SplitAnswers[] = [];
  for (const split of splits) {
    const evaluations: RunEvaluation[][] = [];
    for (const runs of known) {
      const own: RunEvaluation[] = [];
      for (const { seed, run } of runs) {
        if (run === null || run.result === null) continue;
        const result = await evaluate(run, split);
        requireDataset(run, result);
        own.push({ runId: run.id, seed, result });
      }
      evaluations.push(own);
    }
    const read = await readSplitAnswers(artifacts, evaluations);
    if (read !== null) answers.push(read);
  }
  return {
    ...rest,
    experiment,
    set,
    variants: variants.map(({ name, what, set: fields, config }, at): ReportedVariant => {
      const runs = (known[at] ?? []).map(reportedRun);
      return { name, what, set: fields, updates: config.grpo.updates, runs };
    }),
    splits: scoreTable(answers),
  };
}

function reportedRun({ seed, run }: VariantRun): ReportedRun {
  return { seed, missing: run === null ? 'not run' : run.result === null ? run.status : null };
}

/** Where the benchmark's files cannot be had, the built-in world takes their place; its answers are no row of this table. */
function requireDataset({ id, result: of }: StoredRun, { label, split }: EvaluateResult): void {
  if (of === null || of.dataset === label) return;
  throw new UserError({
    message: `run ${id} was trained on ${of.dataset}, but split ${split} was evaluated on ${label}`,
    field: 'splits',
    hint: 'Where the workers run, the files of the dataset must be there (QUERYLOOP_TEMPTABQA_DIR).',
  });
}
