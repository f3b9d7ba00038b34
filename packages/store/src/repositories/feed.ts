/** What is new in runs since a place in each: for followers that must neither lose nor double a point, whenever they ask. */
import type { RunStatus } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';
import type { DatabaseLocation } from '../database/location.ts';
import { digestOf, metricsOf } from './feed-metrics.ts';
import { type NewScores, newScores } from './feed-scores.ts';
import { marks } from './packed-series.ts';
import { type Spent, spentAfter, spentUpTo } from './spent.ts';

/** How far a run is stored, and its state. */
export interface RunHead {
  runId: string;
  status: RunStatus;
  error: string | null;
  finishedAt: Date | null;
  /** Last update with metrics, with an evaluation on dev, and on test; -1 for none. */
  metrics: number;
  dev: number;
  test: number;
  /** Changes of its settings so far. */
  changes: number;
}

/** The place in a run that a follower has got to: everything up to there is known to it. */
export interface RunPosition extends Pick<RunHead, 'metrics' | 'dev' | 'test' | 'changes'> {
  /** Digest of the metrics at update `metrics`: another one means that the run was taken back and has gone on differently. */
  check: string;
  /** What had been spent at `metrics`; null when that is not known yet. */
  spent: Spent | null;
}

export interface RunPoint extends Spent {
  update: number;
  /** Metrics, and scores such as `dev/accuracy`. */
  values: Record<string, number>;
}

export interface RunNews {
  /** Rows that the follower knows are gone, or others stand in their place: it has to read the run anew, up to `position`. */
  lost: boolean;
  points: RunPoint[];
  position: RunPosition;
  /** There are more points than were asked for. */
  more: boolean;
}

const goingOn: RunStatus[] = ['running', 'paused', 'stopped'];

export function feedRepository(database: Database, engine: DatabaseLocation['engine']) {
  const progress = async (runIds: readonly string[]) => {
    if (runIds.length === 0) return [];
    const last = (table: string, only = '') =>
      `(SELECT \`update\` FROM ${table} t WHERE t.runId = r.id ${only} ORDER BY t.\`update\` DESC LIMIT 1)`;
    const rows: Record<'runId' | 'metrics' | 'dev' | 'test' | 'changes', unknown>[] = await database.$queryRawUnsafe(
      `SELECT r.id AS runId, ${last('Metric')} AS metrics, ${last('Evaluation', "AND t.split = 'dev'")} AS dev,
        ${last('Evaluation', "AND t.split = 'test'")} AS test, (SELECT COUNT(*) FROM RunChange c WHERE c.runId = r.id) AS changes
      FROM Run r WHERE r.id IN (${marks(runIds)})`,
      ...runIds,
    );
    return rows.map(({ runId, metrics, dev, test, changes }) => ({
      runId: runId as string,
      metrics: Number(metrics ?? -1),
      dev: Number(dev ?? -1),
      test: Number(test ?? -1),
      changes: Number(changes),
    }));
  };

  const feed = {
    /** Changes when a run is added, deleted, ends or is ended anew. */
    async list(): Promise<string> {
      const { _count, _max } = await database.run.aggregate({
        _count: true,
        _max: { createdAt: true, finishedAt: true },
      });
      return `${_count} ${_max.createdAt?.getTime() ?? 0} ${_max.finishedAt?.getTime() ?? 0}`;
    },

    /** Heads of the runs that have not ended, and of `also`. A head that says how a run ended has all its points. */
    async heads(also: readonly string[] = []): Promise<RunHead[]> {
      const states = await database.run.findMany({
        where: { OR: [{ status: { in: goingOn } }, { id: { in: [...also] } }] },
        select: { id: true, status: true, error: true, finishedAt: true },
      });
      // After the states: a run that has ended writes no more.
      const found = new Map((await progress(states.map(({ id }) => id))).map((row) => [row.runId, row]));
      return states.flatMap(({ id, status, error, finishedAt }) => {
        const row = found.get(id);
        return row === undefined ? [] : [{ ...row, status: status as RunStatus, error, finishedAt }];
      });
    },

    /** Where each run is now. Read before its series, they have all that is before the position. Unknown runs are left out. */
    async positions(runIds: readonly string[]): Promise<Map<string, RunPosition>> {
      const rows = await progress(runIds);
      const digests = await digestOf(database, engine, rows);
      return new Map(
        rows.map(({ runId, ...row }) => [runId, { ...row, check: digests.get(runId) ?? '', spent: null }]),
      );
    },

    /** At most `limit` updates after the position, oldest first. A run that is not there any more has lost everything. */
    async since(runId: string, position: RunPosition, limit = 500): Promise<RunNews> {
      const changes = await database.runChange.count({ where: { runId } });
      // The update at the position comes along: it must still be what the follower has got.
      const rows = await metricsOf(database, engine, { runId, first: position.metrics, limit: limit + 2 });
      const known = position.metrics < 0 ? null : rows[0]?.update === position.metrics ? rows[0] : undefined;
      const fresh = rows.filter(({ update }) => update > position.metrics);
      const page = fresh.slice(0, limit);
      const metrics = page.at(-1)?.update ?? position.metrics;
      const scores = await newScores(database, runId, position, Math.max(metrics, 0));
      const isOther = known === undefined || (known !== null && known.digest !== position.check);
      if (changes !== position.changes || isOther || scores === null) {
        const now = (await feed.positions([runId])).get(runId);
        return { lost: true, points: [], position: now ?? nowhere, more: false };
      }
      const start = {
        update: position.metrics,
        spent: position.spent ?? (await spentUpTo(database, runId, position.metrics)),
      };
      const spent = await spentAfter(
        database,
        runId,
        start,
        page.map(({ update, values }) => ({ update, tokens: values['num_tokens'] ?? 0 })),
      );
      spent.set(start.update, start.spent);
      const points = joined(page, scores);
      return {
        lost: false,
        points: await Promise.all(
          points.map(async (point) => ({
            ...point,
            ...(spent.get(point.update) ?? (await spentUpTo(database, runId, point.update))),
          })),
        ),
        position: {
          metrics,
          dev: scores.dev,
          test: scores.test,
          changes,
          check: page.at(-1)?.digest ?? position.check,
          spent: spent.get(metrics) ?? null,
        },
        more: fresh.length > limit,
      };
    },
  };
  return feed;
}

/** Before anything of a run is stored. */
export const nowhere: RunPosition = { metrics: -1, dev: -1, test: -1, changes: 0, check: '', spent: null };

function joined(
  page: readonly { update: number; values: Record<string, number> }[],
  { points }: NewScores,
): { update: number; values: Record<string, number> }[] {
  const byUpdate = new Map<number, Record<string, number>>();
  for (const { update, values } of [...page, ...points]) byUpdate.set(update, { ...byUpdate.get(update), ...values });
  return [...byUpdate]
    .map(([update, values]) => ({ update, values }))
    .sort((left, right) => left.update - right.update);
}
