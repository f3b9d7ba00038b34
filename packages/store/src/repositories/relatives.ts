/** Runs that belong to a run: its branches, and those of the same experiment, which differ in seed only. */
import { RunStatus } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';

export interface RelatedRun {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  /** For a branch: the last update it shares. */
  parentUpdate: number | null;
}

/** More than anybody reads on a page; the table of runs has them all. */
const most = 100;

export function relativesRepository(database: Database) {
  const find = async (where: object): Promise<RelatedRun[]> => {
    const rows = await database.run.findMany({
      where,
      select: { id: true, seed: true, status: true, parentUpdate: true, experiment: { select: { name: true } } },
      orderBy: [{ seed: 'asc' }, { createdAt: 'asc' }],
      take: most,
    });
    return rows.map(({ experiment, status, ...row }) => ({
      ...row,
      name: experiment.name,
      status: RunStatus.parse(status),
    }));
  };

  return {
    branches: (runId: string): Promise<RelatedRun[]> => find({ parentId: runId }),

    /** The run itself included. */
    async sameExperiment(runId: string): Promise<RelatedRun[]> {
      const run = await database.run.findUnique({ where: { id: runId }, select: { experimentId: true } });
      return run === null ? [] : await find({ experimentId: run.experimentId });
    },
  };
}
