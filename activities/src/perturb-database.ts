/** Copies of the train database with other answers, which queries are run on to see whether they read theirs from it. */
import { join } from 'node:path';
import type { PerturbDatabaseInput, PerturbDatabaseOutput, Step } from '@queryloop/contracts';
import type { PerturbedColumn } from '@queryloop/text-to-sql';
import { loadDataset } from './dataset-artifact.ts';
import { buildCopies, changedCopyCount } from './grounding/build-copies.ts';

/** The one file in the folder. */
export const copiesFile = 'copies.sqlite';

export const perturbDatabase: Step<PerturbDatabaseInput, PerturbDatabaseOutput> = async (
  { dataset, seed },
  context,
) => {
  const prepared = await loadDataset(dataset, context);
  context.progress({ phase: 'change copies of the database', done: 0, total: 1 });
  let columns: PerturbedColumn[][] = [];
  const copies = await context.artifacts.putFolder('database', async (folder) => {
    columns = await buildCopies(prepared, seed, join(folder, copiesFile), context);
  });
  return { copies, perturbation: { copies: changedCopyCount, columns: meanOver(columns) } };
};

function meanOver(copies: readonly PerturbedColumn[][]): PerturbDatabaseOutput['perturbation']['columns'] {
  const [first = []] = copies;
  return first.map(({ table, column, rows }, place) => {
    const changed = copies.reduce((sum, columns) => sum + (columns[place]?.changed ?? 0), 0);
    return { table, column, rows, changed: rows === 0 ? 0 : changed / (rows * copies.length) };
  });
}
