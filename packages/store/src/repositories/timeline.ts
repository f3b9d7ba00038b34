/** When the steps of a run were done: pages of them for a timeline, without what they gave. */
import type { Database } from '../database/connect.ts';
import type { StoredStep } from './steps.ts';

export interface TimedStep extends Omit<StoredStep, 'output'> {
  finishedAt: Date;
}

export interface StepPage {
  /** `retried`: tried more than once. `reused`: taken from the cache. */
  only?: 'retried' | 'reused' | undefined;
  /** Updates to give, from and to; all when left out. */
  from?: number | undefined;
  to?: number | undefined;
  /** Newest first. */
  newest?: boolean | undefined;
  offset?: number | undefined;
  limit: number;
}

export function timelineRepository(database: Database) {
  const timed = {
    update: true,
    name: true,
    seconds: true,
    attempts: true,
    reused: true,
    startedAt: true,
    finishedAt: true,
  } as const;

  return {
    /** Some steps in the order of their updates, and how many there are in all. */
    async page(
      runId: string,
      { only, from, to, newest, offset = 0, limit }: StepPage,
    ): Promise<{ items: TimedStep[]; total: number }> {
      const where = {
        runId,
        ...(only === 'retried' && { attempts: { gt: 1 } }),
        ...(only === 'reused' && { reused: true }),
        ...((from !== undefined || to !== undefined) && {
          update: { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lte: to }) },
        }),
      };
      const order = newest ? 'desc' : 'asc';
      const [total, items] = await Promise.all([
        database.step.count({ where }),
        database.step.findMany({
          where,
          select: timed,
          orderBy: [{ update: order }, { finishedAt: order }, { name: order }],
          skip: offset,
          take: limit,
        }),
      ]);
      return { items, total };
    },

    /** How many steps were done, tried again, and taken from the cache, and the last time one was done. */
    async summary(
      runId: string,
    ): Promise<{ steps: number; retried: number; reused: number; lastFinishedAt: Date | null }> {
      const [all, retried, reused] = await Promise.all([
        database.step.aggregate({ where: { runId }, _count: true, _max: { finishedAt: true } }),
        database.step.count({ where: { runId, attempts: { gt: 1 } } }),
        database.step.count({ where: { runId, reused: true } }),
      ]);
      return { steps: all._count, retried, reused, lastFinishedAt: all._max.finishedAt };
    },

    /** Seconds and number of the steps of each name (shards of one step have names of their own). */
    async secondsByName(runId: string): Promise<{ name: string; steps: number; seconds: number }[]> {
      const rows = await database.step.groupBy({
        by: ['name'],
        where: { runId },
        _sum: { seconds: true },
        _count: true,
      });
      return rows.map(({ name, _sum, _count }) => ({ name, steps: _count, seconds: _sum.seconds ?? 0 }));
    },

    /** When the last `limit` updates of the policy were done, newest first. */
    async lastUpdates(runId: string, limit: number): Promise<{ update: number; finishedAt: Date }[]> {
      return await database.step.findMany({
        where: { runId, name: 'updatePolicy' },
        select: { update: true, finishedAt: true },
        orderBy: { update: 'desc' },
        take: limit,
      });
    },

    /** The update that was worked on at each of some times: that of the first step done after it, else the last one. */
    async updatesAt(runId: string, times: readonly Date[]): Promise<number[]> {
      const last = await database.step.aggregate({ where: { runId }, _max: { update: true } });
      return await Promise.all(
        times.map(async (time) => {
          const next = await database.step.findFirst({
            where: { runId, finishedAt: { gt: time } },
            select: { update: true },
            orderBy: { finishedAt: 'asc' },
          });
          return next?.update ?? last._max.update ?? 0;
        }),
      );
    },
  };
}
