/** Builds the file with a train database and its changed copies, which queries are run on to see whether they read their answers from it. */
import { join } from 'node:path';
import type { StepContext } from '@queryloop/contracts';
import {
  buildSqlite,
  changedColumns,
  changedCopies,
  type PerturbedColumn,
  readSqlite,
  stackedRows,
  stackedSchema,
} from '@queryloop/text-to-sql';
import type { PreparedDataset } from '../dataset-artifact.ts';

/**
 * On one copy, a query that reads its answer gives the same by chance now and then (yes stays yes, 0 stays 0); with eight that
 * is rare, and more of them find little more (docs/analyses.md).
 */
export const changedCopyCount = 8;

/**
 * Copy 0 is the database as it is, 1 to `changedCopyCount` are changed. Always SQLite, whatever database the run uses: its rows are
 * the same. Gives the changes of each copy.
 */
export async function buildCopies(
  { schema, splits: { train } }: PreparedDataset,
  seed: number,
  path: string,
  { artifacts, signal }: Pick<StepContext, 'artifacts' | 'signal'>,
): Promise<PerturbedColumn[][]> {
  const rows = readSqlite(join(await artifacts.path(train.database), 'data.sqlite'), schema);
  signal.throwIfAborted();
  const changed = changedCopies(rows, schema, train.questions, { copies: changedCopyCount, seed });
  const all = [rows, ...changed];
  buildSqlite(stackedRows(all), path, stackedSchema(schema, all.length));
  return changed.map((copy) => changedColumns(rows, copy, schema));
}
