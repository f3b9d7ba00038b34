/** Attempts: the times that a process worked on a run. */
import { hostname } from 'node:os';
import type { Database } from '../database/connect.ts';
import { retryConflicts } from '../database/retry-conflicts.ts';

export function attemptsRepository(database: Database) {
  return {
    /** Begins the next attempt of this process; its 1-based number. */
    async begin(runId: string): Promise<number> {
      // Two processes may choose the same number: the second then takes the next.
      return retryConflicts(async () => {
        const last = await database.attempt.aggregate({ where: { runId }, _max: { number: true } });
        const number = (last._max.number ?? 0) + 1;
        await database.attempt.create({ data: { runId, number, host: hostname(), processId: process.pid } });
        return number;
      });
    },
    async end(runId: string, number: number, outcome: string): Promise<void> {
      await database.attempt.update({
        where: { runId_number: { runId, number } },
        data: { endedAt: new Date(), outcome },
      });
    },
    async list(runId: string) {
      return database.attempt.findMany({ where: { runId }, orderBy: { number: 'asc' } });
    },
  };
}
