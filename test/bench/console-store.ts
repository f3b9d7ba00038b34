/** A store as large as the console must be able to show: many long runs with many metrics, written straight into SQLite. */
import { join } from 'node:path';
import { ExperimentConfig } from '@queryloop/contracts';
import { openStore } from '@queryloop/store';
import Database from 'better-sqlite3';

export interface StoreSize {
  runs: number;
  /** Points of each metric of a run. */
  updates: number;
  metrics: number;
}

/** What the requirements name. */
export const requiredSize: StoreSize = { runs: 200, updates: 5000, metrics: 20 };
const seeds = 4;
const everyUpdates = 25;

export const metricNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => (index === 0 ? 'reward' : `metric_${index}`));
export const runIdAt = (index: number): string => `run-${String(index).padStart(4, '0')}`;

/** Fills the folder's store; takes minutes at the required size, and about 4 GB. */
export async function fillStore(folder: string, { runs, updates, metrics }: StoreSize): Promise<void> {
  const store = await openStore({ folder });
  for (let index = 0; index < runs; index++) {
    const experiment = Math.floor(index / seeds);
    const grpo = { updates, beta: (experiment % 5) / 10, optimizer: { learningRate: 1e-4 * (1 + (experiment % 7)) } };
    const config = ExperimentConfig.parse({ name: `bench-${experiment % 10}`, seed: 1 + (index % seeds), grpo });
    await store.runs.create({ id: runIdAt(index), config });
    await store.notes.tag(runIdAt(index), `tag-${index % 6}`);
  }
  await store.close();
  const database = new Database(join(folder, 'store.db'));
  database.pragma('synchronous = OFF');
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'Metric' AND sql IS NOT NULL")
    .all() as { name: string; sql: string }[];
  // Made at the end, indexes are written once, in order.
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  for (let index = 0; index < runs; index++) fillRun(database, runIdAt(index), updates, metricNames(metrics));
  for (const { sql } of indexes) database.exec(sql);
  database.exec('ANALYZE');
  database.close();
}

/** Values wander without being equal; they need not look like training. */
function fillRun(database: Database.Database, runId: string, updates: number, names: readonly string[]): void {
  const all = `WITH RECURSIVE n(u) AS (VALUES(1) UNION ALL SELECT u + 1 FROM n WHERE u < ${updates})`;
  const salt = [...runId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99_991, 7);
  database.transaction(() => {
    database
      .prepare(
        `INSERT INTO Metric (runId, "update", name, value) ${all}
         SELECT ?, u, j.value, ((u * 7919 + j.key * 104729 + ${salt}) % 10007) / 10007.0 FROM n, json_each(?) j`,
      )
      .run(runId, JSON.stringify(names));
    database
      .prepare(
        `INSERT INTO Evaluation (id, runId, "update", split, n, correct, accuracy, failed, errorRate, ems, rems, byType, predictionsHash, predictionsBytes) ${all}
         SELECT ? || '-' || u, ?, u, 'dev', 100, 50, ((u + ${salt}) % 100) / 100.0, 0, 0.1, 0.5, 0.5, '{}', 'x', 1 FROM n WHERE u % ${everyUpdates} = 0`,
      )
      .run(runId, runId);
    database
      .prepare(
        `INSERT INTO Step (runId, "update", name, seconds, output, finishedAt) ${all}
         SELECT ?, u, 'updatePolicy', 1, '{}', '2026-01-02T00:00:00.000+00:00' FROM n WHERE u > ${updates - 20}`,
      )
      .run(runId);
  })();
}
