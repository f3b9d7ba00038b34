/** Paired comparisons of two evaluations on the same questions. */
import type { PairedComparison } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';

export interface StoredComparison extends PairedComparison {
  /** Ids of the two evaluations. */
  baseId: string;
  finalId: string;
}

export function comparisonsRepository(database: Database) {
  return {
    async record(runId: string, { baseId, finalId, points, ci95, mcnemarP }: StoredComparison): Promise<void> {
      const data = { points, ciLow: ci95[0], ciHigh: ci95[1], mcnemarP };
      await database.comparison.upsert({
        where: { baseId_finalId: { baseId, finalId } },
        create: { runId, baseId, finalId, ...data },
        update: data,
      });
    },
    async list(runId: string): Promise<StoredComparison[]> {
      const rows = await database.comparison.findMany({ where: { runId }, orderBy: { createdAt: 'asc' } });
      return rows.map(({ baseId, finalId, points, ciLow, ciHigh, mcnemarP }) => ({
        baseId,
        finalId,
        points,
        ci95: [ciLow, ciHigh],
        mcnemarP,
      }));
    },
  };
}
