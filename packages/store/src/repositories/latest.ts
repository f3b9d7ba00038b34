/** The last point of every series of runs, found by index, not by reading all points. */
import type { Database } from '../database/connect.ts';
import { timeOf } from '../run-table/measured-cells.ts';
import { scoreColumns } from './evaluation-scores.ts';
import { marks } from './packed-series.ts';
import { stepSeconds } from './spent.ts';

export interface LatestPoint {
  runId: string;
  name: string;
  update: number;
  value: number;
  /** When the update was done; null where no step tells. */
  at: Date | null;
}

interface Row {
  runId: string;
  update: number | bigint;
  doneAt: unknown;
}

const runsInQuery = 500;
const doneAt = (row: string): string =>
  `(SELECT MAX(finishedAt) FROM Step WHERE runId = ${row}.runId AND \`update\` = ${row}.\`update\` AND ${stepSeconds.before})`;

export function latestRepository(database: Database) {
  /** Of metrics: from each name to the next one in the index. */
  const metrics = async (ids: readonly string[]): Promise<LatestPoint[]> => {
    const rows: (Row & { name: string; value: number })[] = await database.$queryRawUnsafe(
      `WITH RECURSIVE known(runId, name) AS (
        SELECT id, (SELECT name FROM Metric WHERE runId = id ORDER BY name LIMIT 1) FROM Run WHERE id IN (${marks(ids)})
        UNION ALL
        SELECT runId, (SELECT m.name FROM Metric m WHERE m.runId = known.runId AND m.name > known.name ORDER BY m.name LIMIT 1)
        FROM known WHERE name IS NOT NULL),
      newest AS (
        SELECT runId, name, (SELECT MAX(m.\`update\`) FROM Metric m WHERE m.runId = known.runId AND m.name = known.name) AS \`update\`
        FROM known WHERE name IS NOT NULL)
      SELECT n.runId AS runId, n.name AS name, n.\`update\` AS \`update\`, m.value AS value, ${doneAt('n')} AS doneAt
      FROM newest n JOIN Metric m ON m.runId = n.runId AND m.\`update\` = n.\`update\` AND m.name = n.name`,
      ...ids,
    );
    return rows.map(({ name, value, ...row }) => ({ ...placeOf(row), name, value }));
  };

  /** Of evaluations; what the base scored on test, at the beginning, is no score of a run that has not concluded. */
  const scores = async (ids: readonly string[]): Promise<LatestPoint[]> => {
    const columns = Object.entries(scoreColumns);
    const list = columns.map(([, column]) => `e.\`${column}\` AS \`${column}\``).join(', ');
    const rows: (Row & { split: string } & Record<string, unknown>)[] = await database.$queryRawUnsafe(
      `SELECT e.runId AS runId, e.split AS split, e.\`update\` AS \`update\`, ${list}, ${doneAt('e')} AS doneAt
      FROM Evaluation e JOIN Run r ON r.id = e.runId
      WHERE e.runId IN (${marks(ids)})
        AND e.\`update\` = (SELECT MAX(f.\`update\`) FROM Evaluation f WHERE f.runId = e.runId AND f.split = e.split)
        AND (e.split <> 'test' OR e.\`update\` > 0 OR r.status = 'finished')`,
      ...ids,
    );
    return rows.flatMap((row) =>
      columns.map(([name, column]) => ({
        ...placeOf(row),
        name: `${row.split}/${name}`,
        value: row[column] as number,
      })),
    );
  };

  return {
    /** In no order. */
    async points(runIds: readonly string[]): Promise<LatestPoint[]> {
      const found: LatestPoint[] = [];
      for (let from = 0; from < runIds.length; from += runsInQuery) {
        const ids = runIds.slice(from, from + runsInQuery);
        found.push(...(await metrics(ids)), ...(await scores(ids)));
      }
      return found;
    },
  };
}

function placeOf({ runId, update, doneAt: at }: Row): Pick<LatestPoint, 'runId' | 'update' | 'at'> {
  return { runId, update: Number(update), at: at === null ? null : new Date(timeOf(at)) };
}
