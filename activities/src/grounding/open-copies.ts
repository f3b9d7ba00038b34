/** The changed copies of a dataset's train database on this machine: built once, kept in the cache folder, open from one update to the next. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StepContext } from '@queryloop/contracts';
import { copiesVersion, openExecutor } from '@queryloop/text-to-sql';
import type { PreparedDataset } from '../dataset-artifact.ts';
import { buildCopies, changedCopyCount } from './build-copies.ts';
import type { DatabaseCopies } from './run-on-copies.ts';

/** The copies are the same for every run of a dataset, so that their figures compare. */
const copiesSeed = 1;

const opened = new Map<string, Promise<DatabaseCopies>>();
const keys = new WeakMap<PreparedDataset, string>();

/** @param poolSize child processes; they stay open */
export function openCopies(dataset: PreparedDataset, poolSize: number, context: StepContext): Promise<DatabaseCopies> {
  const key = `${keyOf(dataset)} ${poolSize}`;
  let copies = opened.get(key);
  if (copies === undefined) {
    copies = open(dataset, poolSize, context);
    copies.catch(() => opened.delete(key));
    opened.set(key, copies);
  }
  return copies;
}

/** Ends the child processes; files stay. */
export async function closeCopies(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  for (const { executor } of await Promise.all(all)) await executor.close();
}

async function open(dataset: PreparedDataset, poolSize: number, context: StepContext): Promise<DatabaseCopies> {
  const folder = join(context.cacheFolder, 'changed-copies');
  const path = join(folder, `${keyOf(dataset)}.sqlite`);
  if (!existsSync(path)) {
    context.progress({ phase: 'change copies of the database', done: 0, total: 1 });
    mkdirSync(folder, { recursive: true });
    // Renamed to `path` when it is whole, so that several workers may build it at once.
    await buildCopies(dataset, copiesSeed, path, context);
  }
  const executor = await openExecutor({ database: 'sqlite', path }, { poolSize });
  return { executor, schema: dataset.schema, copies: changedCopyCount };
}

/** Told by everything that the copies are made of. */
function keyOf(dataset: PreparedDataset): string {
  let key = keys.get(dataset);
  if (key === undefined) {
    const { schema, splits } = dataset;
    const { database, questions } = splits.train;
    const named = questions.map(({ bindings, answer }) => [bindings, answer]);
    const parts = [copiesVersion, changedCopyCount, copiesSeed, database.hash, schema, named];
    key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    keys.set(dataset, key);
  }
  return key;
}
