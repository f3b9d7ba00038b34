/** Steps that were done: seconds and output of each. */
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export interface StoredStep {
  update: number;
  name: string;
  seconds: number;
  output: unknown;
  /** How often it was tried, the time it was done included. */
  attempts: number;
  /** Done before, by any run, and not done again. */
  reused: boolean;
  startedAt: Date | null;
}

/** What is left out: tried once, not reused, begun nobody knows when. */
export type StepToRecord = Pick<StoredStep, 'update' | 'name' | 'seconds' | 'output'> & Partial<StoredStep>;

export interface StepSeconds {
  update: number;
  name: string;
  seconds: number;
}

/** Done when the metrics of their update are known already. */
const afterwards = ['snapshotPolicy', 'comparePolicies'];

export function stepsRepository(database: Database) {
  return {
    /** Said again (a retried step), it replaces what was there; found again in the cache, it leaves how it was done. */
    async record(runId: string, step: StepToRecord): Promise<void> {
      const { update, name, seconds, attempts = 1, reused = false, startedAt = null } = step;
      const output = canonicalJson(step.output);
      const data = { seconds, output, attempts, reused, startedAt, finishedAt: new Date() };
      const where = { runId_update_name: { runId, update, name } };
      await database.step.upsert({
        where,
        create: { runId, update, name, ...data },
        update: reused ? { output } : data,
      });
    },

    async get(runId: string, update: number, name: string): Promise<StoredStep | null> {
      const row = await database.step.findUnique({ where: { runId_update_name: { runId, update, name } } });
      return row === null ? null : storedStep(row);
    },

    async list(runId: string): Promise<StoredStep[]> {
      const rows = await database.step.findMany({
        where: { runId },
        orderBy: [{ update: 'asc' }, { finishedAt: 'asc' }],
      });
      return rows.map(storedStep);
    },

    /** Outputs of the steps from one update to another whose name begins so (shards of one step have names of their own). */
    async outputs(runId: string, nameStart: string, first: number, last: number): Promise<unknown[]> {
      const rows = await database.step.findMany({
        where: { runId, update: { gte: first, lte: last }, name: { startsWith: nameStart } },
        select: { output: true },
      });
      return rows.map(({ output }) => JSON.parse(output) as unknown);
    },

    /** When each update was done but for its evaluation, in the order of the updates. */
    async doneAt(runId: string): Promise<Map<number, Date>> {
      const rows = await database.step.groupBy({
        by: ['update'],
        where: { runId, NOT: [{ name: { startsWith: 'evaluatePolicy' } }, { name: { in: afterwards } }] },
        _max: { finishedAt: true },
        orderBy: { update: 'asc' },
      });
      return new Map(rows.flatMap(({ update, _max }) => (_max.finishedAt ? [[update, _max.finishedAt]] : [])));
    },

    /** How long each step up to an update took. */
    async seconds(runId: string, upTo: number): Promise<StepSeconds[]> {
      return database.step.findMany({
        where: { runId, update: { lte: upTo } },
        select: { update: true, name: true, seconds: true },
      });
    },
  };
}

function storedStep(row: Omit<StoredStep, 'output'> & { output: string }): StoredStep {
  const { update, name, seconds, attempts, reused, startedAt } = row;
  return { update, name, seconds, output: JSON.parse(row.output) as unknown, attempts, reused, startedAt };
}
