/** Runs: their config with its changes, status and result. */
import {
  type ConfigChange,
  type ExperimentConfig,
  type RunResult,
  type RunStatus,
  UserError,
} from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';
import { retryConflicts } from '../database/retry-conflicts.ts';
import { type CopiedPrefix, copyPrefix } from './copy-prefix.ts';
import { discardAfter } from './discard-after.ts';
import { experimentOf } from './experiments.ts';
import { lastWholeUpdate } from './last-whole-update.ts';
import { type StoredRun, storedRun } from './stored-run.ts';

export interface RunFilter {
  status?: RunStatus;
  tag?: string;
  sweepId?: string;
  /** Most runs to give, newest first; 100 when left out. */
  limit?: number;
}

export interface RunToCreate {
  id: string;
  config: ExperimentConfig;
  sweepId?: string | undefined;
}

/** How a run goes on: from which update (null: before the baseline was done), with which config and what is new in it. */
export interface Continuation {
  config: ExperimentConfig;
  update: number | null;
  changes: ConfigChange[];
  sweepId?: string | undefined;
}

const ended: readonly RunStatus[] = ['finished', 'failed', 'cancelled'];

export function runsRepository(database: Database) {
  const include = {
    experiment: true,
    tags: { orderBy: { name: 'asc' } },
    changes: { orderBy: { number: 'asc' } },
  } as const;
  const rows = (where: object, take: number) =>
    database.run.findMany({ where, take, include, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  const get = async (id: string): Promise<StoredRun | null> => {
    const [row] = await rows({ id }, 1);
    return row === undefined ? null : storedRun(row);
  };

  return {
    /** Notes that a run begins; said again (a retried step), it changes nothing. */
    async create({ id, config, sweepId }: RunToCreate): Promise<void> {
      const experimentId = await experimentOf(database, config);
      const create = { id, experimentId, seed: config.seed, sweepId: sweepId ?? null };
      // With nothing to update, Prisma would read before it writes, and lose to another process that writes at that moment.
      await database.run.upsert({ where: { id }, create, update: { id } });
    },

    /**
     * Sets a run back to running: error and result are cleared, rows after `update` deleted, and `changes` noted, which
     * moves the run to the experiment of its new config. Said again it changes nothing, as then there are no changes left.
     */
    async restart(id: string, { config, update, changes, sweepId }: Continuation): Promise<void> {
      const experimentId = await experimentOf(database, config);
      const data = { experimentId, status: 'running', result: null, error: null, finishedAt: null };
      await retryConflicts(() =>
        database.$transaction(async (transaction) => {
          await transaction.run.update({ where: { id }, data: { ...data, ...(sweepId !== undefined && { sweepId }) } });
          if (update !== null) await discardAfter(transaction, id, update);
          const from = update ?? 0;
          // What was to change later on holds from here.
          await transaction.runChange.updateMany({
            where: { runId: id, update: { gt: from } },
            data: { update: from },
          });
          const noted = await transaction.runChange.count({ where: { runId: id } });
          await transaction.runChange.createMany({
            data: changes.map((change, index) => ({
              runId: id,
              number: noted + index + 1,
              update: from,
              ...json(change),
            })),
          });
        }),
      );
    },

    /** Makes a run that shares what is stored of `parent` up to its update. Said again, it changes nothing. */
    async branch({ id, config, sweepId }: RunToCreate, prefix: CopiedPrefix): Promise<void> {
      const experimentId = await experimentOf(database, config);
      const { parent, changes } = prefix;
      const origin = { parentId: parent.runId, parentUpdate: parent.update };
      const { datasetHash } = await database.run.findUniqueOrThrow({ where: { id: parent.runId } });
      await retryConflicts(async () => {
        if ((await database.run.count({ where: { id } })) > 0) return;
        await database.$transaction(async (transaction) => {
          await transaction.run.create({
            data: { id, experimentId, seed: config.seed, sweepId: sweepId ?? null, datasetHash, ...origin },
          });
          await transaction.runChange.createMany({
            data: changes.map(({ update, ...change }, index) => ({
              runId: id,
              number: index + 1,
              update,
              ...json(change),
            })),
          });
          await copyPrefix(transaction, id, parent);
        });
      });
    },

    get,

    async list({ status, tag, sweepId, limit = 100 }: RunFilter = {}): Promise<StoredRun[]> {
      const where = {
        ...(status && { status }),
        ...(sweepId && { sweepId }),
        ...(tag && { tags: { some: { name: tag } } }),
      };
      return (await rows(where, limit)).map(storedRun);
    },

    /** How many runs have each status; a status that none has is left out. */
    async countByStatus(): Promise<Partial<Record<RunStatus, number>>> {
      const rows = await database.run.groupBy({ by: ['status'], _count: true });
      return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
    },

    /**
     * Sets the status, with the result or what went wrong. A run that has ended stays as it ended, whatever a late or
     * repeated step says, until `restart`.
     */
    async setStatus(
      id: string,
      status: RunStatus,
      { result, error }: { result?: RunResult; error?: string } = {},
    ): Promise<void> {
      const finishedAt = ended.includes(status) ? new Date() : null;
      const { count } = await database.run.updateMany({
        where: { id, finishedAt: null },
        data: { status, finishedAt, result: result ? canonicalJson(result) : null, error: error ?? null },
      });
      if (count === 0 && (await database.run.count({ where: { id } })) === 0) throw unknownRun(id);
    },

    async setDataset(id: string, datasetHash: string): Promise<void> {
      await database.run.update({ where: { id }, data: { datasetHash } });
    },

    /** The last update that is stored whole, so that the run can go on from it: null before its baseline is. */
    async lastWholeUpdate(id: string): Promise<number | null> {
      const run = await get(id);
      if (run === null) throw unknownRun(id);
      return await lastWholeUpdate(database, run);
    },
  };
}

function unknownRun(id: string): UserError {
  return new UserError({
    message: `run ${id} is not in the store`,
    field: 'run',
    hint: 'queryloop status lists them.',
  });
}

function json({ field, from, to, ...rest }: ConfigChange & { at?: Date }) {
  return { ...rest, field, from: canonicalJson(from), to: canonicalJson(to) };
}
