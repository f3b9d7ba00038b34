/** Runs: their config, status and result. */
import { ExperimentConfig, RunResult } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';
import { experimentOf } from './experiments.ts';

export type RunStatus = 'running' | 'finished' | 'failed' | 'cancelled';

export interface StoredRun {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  config: ExperimentConfig;
  datasetHash: string | null;
  result: RunResult | null;
  error: string | null;
  tags: string[];
  createdAt: Date;
  finishedAt: Date | null;
}

export interface RunFilter {
  status?: RunStatus;
  tag?: string;
  /** Most runs to give, newest first; 100 when left out. */
  limit?: number;
}

export function runsRepository(database: Database) {
  const include = { experiment: true, tags: { orderBy: { name: 'asc' } } } as const;
  const rows = (where: object, take: number) =>
    database.run.findMany({ where, take, include, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });

  return {
    /** Notes that a run begins; said again (a retried step), it sets the status back to running. */
    async create({ id, config, sweepId }: { id: string; config: ExperimentConfig; sweepId?: string }): Promise<void> {
      const experimentId = await experimentOf(database, config);
      const again = { status: 'running', finishedAt: null, error: null };
      await database.run.upsert({
        where: { id },
        create: { id, experimentId, seed: config.seed, sweepId: sweepId ?? null },
        update: again,
      });
    },

    async get(id: string): Promise<StoredRun | null> {
      const [row] = await rows({ id }, 1);
      return row === undefined ? null : storedRun(row);
    },

    async list({ status, tag, limit = 100 }: RunFilter = {}): Promise<StoredRun[]> {
      const where = { ...(status && { status }), ...(tag && { tags: { some: { name: tag } } }) };
      return (await rows(where, limit)).map(storedRun);
    },

    /** Ends a run with its result or with what went wrong. */
    async setStatus(
      id: string,
      status: RunStatus,
      { result, error }: { result?: RunResult; error?: string } = {},
    ): Promise<void> {
      const finishedAt = status === 'running' ? null : new Date();
      await database.run.update({
        where: { id },
        data: { status, finishedAt, result: result ? canonicalJson(result) : null, error: error ?? null },
      });
    },

    async setDataset(id: string, datasetHash: string): Promise<void> {
      await database.run.update({ where: { id }, data: { datasetHash } });
    },
  };
}

interface RunRow extends Omit<StoredRun, 'name' | 'status' | 'config' | 'result' | 'tags'> {
  status: string;
  result: string | null;
  experiment: { name: string; config: string };
  tags: { name: string }[];
}

function storedRun({
  id,
  seed,
  status,
  datasetHash,
  result,
  error,
  createdAt,
  finishedAt,
  experiment,
  tags,
}: RunRow): StoredRun {
  return {
    id,
    name: experiment.name,
    seed,
    status: status as RunStatus,
    config: ExperimentConfig.parse({ ...JSON.parse(experiment.config), seed }),
    datasetHash,
    result: result === null ? null : RunResult.parse(JSON.parse(result)),
    error,
    tags: tags.map(({ name }) => name),
    createdAt,
    finishedAt,
  };
}
