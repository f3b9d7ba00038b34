/** Attempts: the times that a process worked on a run. */
import { hostname } from 'node:os';
import type { Database } from '../database/connect.ts';

export function attemptsRepository(database: Database) {
  return {
    /** Begins the next attempt of this process; its 1-based number. */
    async begin(runId: string): Promise<number> {
      return database.$transaction(async (transaction) => {
        const last = await transaction.attempt.aggregate({ where: { runId }, _max: { number: true } });
        const number = (last._max.number ?? 0) + 1;
        await transaction.attempt.create({ data: { runId, number, host: hostname(), processId: process.pid } });
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
