/** Copies of the train database with other answers, which queries are run on to see whether they read theirs from it. */
import { join } from 'node:path';
import type { PerturbDatabaseInput, PerturbDatabaseOutput, Step } from '@queryloop/contracts';
import { buildSqlite, type PerturbedColumn, perturbRows, readSqlite } from '@queryloop/text-to-sql';
import { loadDataset } from './dataset-artifact.ts';

/**
 * On one copy, a query that reads its answer gives the same by chance now and then (yes stays yes, 0 stays 0); with eight that
 * is rare, and more of them find little more (docs/analyses.md).
 */
export const perturbedCopies = 8;

/** Always SQLite, whatever database the run used: its rows are the same. */
export const perturbDatabase: Step<PerturbDatabaseInput, PerturbDatabaseOutput> = async (
  { dataset, seed },
  context,
) => {
  const { schema, splits } = await loadDataset(dataset, context);
  const rows = readSqlite(join(await context.artifacts.path(splits.train.database), 'data.sqlite'), schema);
  const columns: PerturbedColumn[][] = [];
  const copies = await context.artifacts.putFolder('database', async (folder) => {
    for (let copy = 0; copy < perturbedCopies; copy++) {
      context.signal.throwIfAborted();
      context.progress({ phase: 'perturb database', done: copy, total: perturbedCopies });
      const perturbed = perturbRows(rows, schema, seed, copy);
      columns.push(perturbed.columns);
      buildSqlite(perturbed.rows, join(folder, `${copy}.sqlite`), schema);
    }
  });
  return { copies, perturbation: { copies: perturbedCopies, columns: meanOver(columns) } };
};

function meanOver(copies: readonly PerturbedColumn[][]): PerturbDatabaseOutput['perturbation']['columns'] {
  const [first = []] = copies;
  return first.map(({ table, column, rows }, place) => {
    const changed = copies.reduce((sum, columns) => sum + (columns[place]?.changed ?? 0), 0);
    return { table, column, rows, changed: rows === 0 ? 0 : changed / (rows * copies.length) };
  });
}
