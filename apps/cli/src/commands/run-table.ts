/** `queryloop run <table.yaml>`: trains variants × seeds, scores them on splits, and writes the table into its page. */
import { relative } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import {
  collectTable,
  loadTable,
  openReportPage,
  planTable,
  type ReportedTable,
  reportLines,
  type Table,
} from '@queryloop/control';
import { openStore } from '@queryloop/store';
import { openArtifacts } from '@queryloop/store/artifacts';
import { lookUpSplits, lookUpStep } from '@queryloop/worker';
import { Interrupted, RunFailed } from '../exit-code.ts';
import type { FollowOptions } from '../on-platform.ts';
import { evaluator } from '../run-table/evaluate-runs.ts';
import { type FailedRun, runVariants } from '../run-table/run-variants.ts';
import { planLines, resultLines } from '../run-table/table-screen.ts';
import { TableServices } from '../run-table/table-services.ts';
import { openScreen, type Screen } from '../screen.ts';
import { withStoreIfAny } from '../stored-run.ts';

export interface RunTableOptions extends FollowOptions {
  dryRun?: boolean;
}

/** Throws RunFailed, after the table is written, when runs failed. */
export async function runTable(
  file: string,
  { dryRun = false, json, worker }: RunTableOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const table = loadTable(file);
  // Hours of work are not begun for a page that cannot be written.
  const page = openReportPage(table.report, table.name);
  const splits = await splitsOf(table, screen, signal);
  if (dryRun) return await planOnly(table, splits.there, screen, { json });

  const command = `npx queryloop run ${relative('.', file)}`;
  const services = new TableServices(screen, { worker });
  try {
    const failed = await runVariants(table.variants, services, screen, signal);
    const store = await openStore({ folder: foldersOf().home });
    let reported: ReportedTable;
    try {
      const sources = {
        store,
        artifacts: openArtifacts(foldersOf().home),
        evaluate: evaluator(store, services, screen, signal),
      };
      reported = await collectTable(sources, table, {
        command,
        splits: splits.there,
        missingSplits: splits.missing,
      });
    } finally {
      await store.close();
    }
    const changed = page.write(reportLines(reported));
    screen.line();
    for (const line of resultLines(reported)) screen.line(line);
    screen.line();
    screen.line(changed ? `written into ${table.report}` : `${table.report} says so already`);
    if (json) process.stdout.write(`${JSON.stringify({ table: table.name, changed, failed, ...reported })}\n`);
    requireNoneFailed(failed, table, command);
  } catch (error) {
    if (error instanceof Interrupted)
      screen.line(`\nWhat is done is kept, and what is not is held. Go on with: ${command}`);
    throw error;
  } finally {
    await services.stop();
  }
}

interface TableSplits {
  there: string[];
  missing: ReportedTable['missingSplits'];
}

async function splitsOf({ splits, variants }: Table, screen: Screen, signal: AbortSignal): Promise<TableSplits> {
  const dataset = variants[0]?.config.dataset;
  if (dataset === undefined) throw new Error('a table has variants');
  const found = await lookUpSplits(dataset, splits, { signal, tell: (detail) => screen.line(`  ${detail}`) });
  const there = found.flatMap(({ split, missing }) => (missing === null ? [split] : []));
  const missing = found.flatMap(({ split, missing: why }) => (why === null ? [] : [{ split, why }]));
  for (const { split, why } of missing) screen.line(`split ${split} is left out: ${why}`);
  if (there.length > 0) return { there, missing };
  throw new UserError({
    message: 'none of the splits can be had here',
    field: 'splits',
    hint: 'Put their files into the folder of QUERYLOOP_TEMPTABQA_DIR, or name others.',
  });
}

async function planOnly(
  table: Table,
  splits: readonly string[],
  screen: Screen,
  { json }: { json: boolean },
): Promise<void> {
  const plan = await withStoreIfAny((store) => planTable({ store, lookUpStep }, table, splits));
  screen.line(`${table.name}: nothing is run; this is what "queryloop run" would do`);
  for (const line of planLines(plan)) screen.line(line);
  if (json) process.stdout.write(`${JSON.stringify({ table: table.name, ...plan })}\n`);
}

function requireNoneFailed(failed: readonly FailedRun[], { variants }: Table, command: string): void {
  if (failed.length === 0) return;
  const runs = variants.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const lines = failed.map(
    ({ variant, seed, runId, error }) =>
      `  ${variant}, seed ${seed} (${runId}): ${error?.split('\n')[0] ?? 'unknown cause'}`,
  );
  throw new RunFailed(
    `${failed.length} of ${runs} runs failed and are not in the table\n${lines.join('\n')}\nRun only those again with: ${command}`,
  );
}
