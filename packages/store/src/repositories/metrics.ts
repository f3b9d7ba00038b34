/** Metrics: one number for each run, update and name. A retried step can neither lose nor double a point. */
import { type Metrics, UserError } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';
import { retryConflicts } from '../database/retry-conflicts.ts';

export function metricsRepository(database: Database) {
  return {
    /** Sets the metrics of an update, all or none. Throws UserError naming a metric that is not a finite number. */
    async record(runId: string, update: number, metrics: Metrics): Promise<void> {
      const data = Object.entries(metrics).map(([name, value]) => ({ runId, update, name, value }));
      for (const { name, value } of data) {
        if (!Number.isFinite(value)) {
          throw new UserError({
            message: `metric ${name} of run ${runId} is ${value} at update ${update}: training has diverged`,
            hint: 'Lower the learning rate, or look at the update before.',
          });
        }
      }
      if (data.length === 0) return;
      const where = { runId, update, name: { in: data.map(({ name }) => name) } };
      await retryConflicts(() =>
        database.$transaction([database.metric.deleteMany({ where }), database.metric.createMany({ data })]),
      );
    },

    /** All metrics of an update. */
    async at(runId: string, update: number): Promise<Metrics> {
      const rows = await database.metric.findMany({ where: { runId, update }, orderBy: { name: 'asc' } });
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },

    /** One metric over the updates, oldest first, beginning after update `after`. */
    async series(runId: string, name: string, after = -1): Promise<{ update: number; value: number }[]> {
      return database.metric.findMany({
        where: { runId, name, update: { gt: after } },
        select: { update: true, value: true },
        orderBy: { update: 'asc' },
      });
    },

    /** Sum of one metric up to an update. */
    async sum(runId: string, name: string, upTo: number): Promise<number> {
      const { _sum } = await database.metric.aggregate({
        where: { runId, name, update: { lte: upTo } },
        _sum: { value: true },
      });
      return _sum.value ?? 0;
    },

    async names(runId: string): Promise<string[]> {
      const rows = await database.metric.groupBy({ by: ['name'], where: { runId }, orderBy: { name: 'asc' } });
      return rows.map(({ name }) => name);
    },
  };
}
