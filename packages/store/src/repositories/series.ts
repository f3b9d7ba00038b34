/** Metrics and scores of many runs over their updates, read for charts: thousands of points of many runs in few queries. */
import type { Database } from '../database/connect.ts';
import type { DatabaseLocation } from '../database/location.ts';
import { scoreNames, scoreOf } from './evaluation-scores.ts';
import { marks, packed, type StoredSeries, type UpdateRange, unpack, within } from './packed-series.ts';
import { stepSeconds } from './spent.ts';

/** Of a run, what had been spent when an update was done: sums that grow with the updates. */
export interface SpentSeries {
  updates: number[];
  values: number[];
}

export interface SeriesMember {
  runId: string;
  seed: number;
  experiment: { id: string; name: string };
}

export function seriesRepository(database: Database, engine: DatabaseLocation['engine']) {
  const lists = packed(engine);

  /** Rows of (runId, name, update, value) become one row for each run, name and few thousand updates: Prisma is slow by the row. */
  const read = async (rows: string, parameters: unknown[]): Promise<StoredSeries[]> =>
    unpack(
      await database.$queryRawUnsafe(
        `SELECT runId, name, ${lists.updates} AS updates, ${lists.values} AS \`values\` FROM (${rows}) AS points GROUP BY runId, name, ${lists.chunk}`,
        ...parameters,
      ),
    );

  return {
    /**
     * The series `names` of runs (metrics, and scores such as `dev/accuracy`), from one update to another. Series without a
     * point are left out; of the rest the order is that of `runIds`, then of `names`.
     */
    async read(runIds: readonly string[], names: readonly string[], range: UpdateRange = {}): Promise<StoredSeries[]> {
      if (runIds.length === 0) return [];
      const metrics = names.filter((name) => scoreOf(name) === null);
      const found: StoredSeries[] = [];
      const updates = within(range);
      if (metrics.length > 0) {
        const rows = `SELECT runId, name, \`update\`, value FROM Metric WHERE runId IN (${marks(runIds)}) AND name IN (${marks(metrics)})${updates.sql}`;
        found.push(...(await read(rows, [...runIds, ...metrics, ...updates.parameters])));
      }
      for (const name of names) {
        const score = scoreOf(name);
        if (score === null) continue;
        const rows = `SELECT runId, ? AS name, \`update\`, \`${score.column}\` AS value FROM Evaluation WHERE runId IN (${marks(runIds)}) AND split = ?${updates.sql}`;
        found.push(...(await read(rows, [name, ...runIds, score.split, ...updates.parameters])));
      }
      const byKey = new Map(found.map((series) => [`${series.name} ${series.runId}`, series]));
      return runIds.flatMap((runId) => names.flatMap((name) => byKey.get(`${name} ${runId}`) ?? []));
    },

    /** Names of the series that the runs have, in order, with how many of the runs have each. */
    async names(runIds: readonly string[]): Promise<{ name: string; runs: number }[]> {
      if (runIds.length === 0) return [];
      // From each name to the next one in the index, rather than over all points.
      const names: { name: string; runs: number | bigint }[] = await database.$queryRawUnsafe(
        `WITH RECURSIVE known(runId, name) AS (
          SELECT id, (SELECT name FROM Metric WHERE runId = id ORDER BY name LIMIT 1) FROM Run WHERE id IN (${marks(runIds)})
          UNION ALL
          SELECT runId, (SELECT m.name FROM Metric m WHERE m.runId = known.runId AND m.name > known.name ORDER BY m.name LIMIT 1)
          FROM known WHERE name IS NOT NULL)
        SELECT name, COUNT(*) AS runs FROM known WHERE name IS NOT NULL GROUP BY name`,
        ...runIds,
      );
      const splits: { split: string; runs: number | bigint }[] = await database.$queryRawUnsafe(
        `SELECT split, COUNT(DISTINCT runId) AS runs FROM Evaluation WHERE runId IN (${marks(runIds)}) GROUP BY split`,
        ...runIds,
      );
      const scores = splits.flatMap(({ split, runs }) => scoreNames(split).map((name) => ({ name, runs })));
      return [...scores, ...names]
        .map(({ name, runs }) => ({ name, runs: Number(runs) }))
        .sort((left, right) => (left.name < right.name ? -1 : 1));
    },

    /** The experiment that each run belongs to; runs of one differ in seed only. Unknown runs are left out. */
    async members(runIds: readonly string[]): Promise<SeriesMember[]> {
      const rows = await database.run.findMany({
        where: { id: { in: [...runIds] } },
        select: { id: true, seed: true, experiment: { select: { id: true, name: true } } },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return runIds.flatMap((runId) => {
        const row = byId.get(runId);
        return row === undefined ? [] : [{ runId, seed: row.seed, experiment: row.experiment }];
      });
    },

    /** Tokens sampled up to each update, by run. */
    async tokens(runIds: readonly string[]): Promise<Map<string, SpentSeries>> {
      const sampled = await this.read(runIds, ['num_tokens']);
      return new Map(
        sampled.map(({ runId, updates, values }) => {
          let total = 0;
          return [runId, { updates, values: values.map((tokens) => (total += tokens)) }];
        }),
      );
    },

    /**
     * Seconds that the steps of a run took up to each update, waiting and pauses left out; shards count one after the other.
     * What is done after an update's metrics are known (its evaluation) counts to the next one, so a point never moves.
     */
    async seconds(runIds: readonly string[]): Promise<Map<string, SpentSeries>> {
      if (runIds.length === 0) return new Map();
      const rows = (name: 'before' | 'after') =>
        `SELECT runId, '${name}' AS name, \`update\`, SUM(seconds) AS value FROM Step WHERE runId IN (${marks(runIds)}) AND ${stepSeconds[name]} GROUP BY runId, \`update\``;
      const [before, after] = [await read(rows('before'), [...runIds]), await read(rows('after'), [...runIds])];
      const later = new Map(after.map((series) => [series.runId, series]));
      return new Map(before.map((series) => [series.runId, spentSeconds(series, later.get(series.runId))]));
    },
  };
}

function spentSeconds(before: StoredSeries, after: StoredSeries | undefined): SpentSeries {
  let [total, next] = [0, 0];
  const values = before.updates.map((update, index) => {
    for (; after !== undefined && (after.updates[next] ?? Infinity) < update; next++)
      total += after.values[next] as number;
    return (total += before.values[index] as number);
  });
  return { updates: before.updates, values };
}
