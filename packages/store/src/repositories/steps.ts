/** Steps that were done: seconds and output of each. */
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export interface StoredStep {
  update: number;
  name: string;
  seconds: number;
  output: unknown;
}

export function stepsRepository(database: Database) {
  return {
    /** Said again (a retried step), it replaces what was there. */
    async record(runId: string, { update, name, seconds, output }: StoredStep): Promise<void> {
      const data = { seconds, output: canonicalJson(output) };
      const where = { runId_update_name: { runId, update, name } };
      await database.step.upsert({ where, create: { runId, update, name, ...data }, update: data });
    },
    async list(runId: string): Promise<StoredStep[]> {
      const rows = await database.step.findMany({
        where: { runId },
        orderBy: [{ update: 'asc' }, { finishedAt: 'asc' }],
      });
      return rows.map(({ update, name, seconds, output }) => ({
        update,
        name,
        seconds,
        output: JSON.parse(output) as unknown,
      }));
    },
  };
}
