/** Sweeps: what they vary, and how they ended. */
import { type RunStatus, SweepConfig, SweepResult, Trial } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export type SweepStatus = Extract<RunStatus, 'running' | 'finished' | 'failed' | 'cancelled'>;

export interface StoredSweep {
  id: string;
  name: string;
  settings: SweepConfig;
  trials: Trial[];
  status: SweepStatus;
  result: SweepResult | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export function sweepsRepository(database: Database) {
  return {
    /** Notes that a sweep begins, or goes on with these settings and trials. */
    async start({ id, settings, trials }: Pick<StoredSweep, 'id' | 'settings' | 'trials'>): Promise<void> {
      const data = { name: settings.name, settings: canonicalJson(settings), trials: canonicalJson(trials) };
      await database.sweep.upsert({
        where: { id },
        create: { id, ...data },
        update: { ...data, status: 'running', result: null, finishedAt: null },
      });
    },

    async get(id: string): Promise<StoredSweep | null> {
      const row = await database.sweep.findUnique({ where: { id } });
      return row === null ? null : storedSweep(row);
    },

    /** Newest first. */
    async list(limit = 100): Promise<StoredSweep[]> {
      const rows = await database.sweep.findMany({ take: limit, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
      return rows.map(storedSweep);
    },

    /** Ends a sweep; one that has ended stays as it ended, until it is started again. */
    async finish(id: string, status: SweepStatus, result: SweepResult): Promise<void> {
      await database.sweep.updateMany({
        where: { id, finishedAt: null },
        data: { status, result: canonicalJson(result), finishedAt: new Date() },
      });
    },
  };
}

type SweepRow = Omit<StoredSweep, 'settings' | 'trials' | 'status' | 'result'> & {
  settings: string;
  trials: string;
  status: string;
  result: string | null;
};

function storedSweep(row: SweepRow): StoredSweep {
  return {
    id: row.id,
    name: row.name,
    settings: SweepConfig.parse(JSON.parse(row.settings)),
    trials: Trial.array().parse(JSON.parse(row.trials)),
    status: row.status as SweepStatus,
    result: row.result === null ? null : SweepResult.parse(JSON.parse(row.result)),
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
