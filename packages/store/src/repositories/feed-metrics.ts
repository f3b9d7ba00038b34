/** Metrics of a run by update, with a digest that tells whether they are still the same. */
import { createHash } from 'node:crypto';
import type { Metrics } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';
import type { DatabaseLocation } from '../database/location.ts';
import { parsed } from './packed-series.ts';

export interface MetricsAt {
  update: number;
  values: Metrics;
  digest: string;
}

const objectOf = (engine: DatabaseLocation['engine']): string =>
  engine === 'sqlite' ? 'json_group_object(name, value)' : 'JSON_OBJECTAGG(name, value)';

/** At most `limit` updates from `first` on, oldest first. */
export async function metricsOf(
  database: Database,
  engine: DatabaseLocation['engine'],
  { runId, first, limit }: { runId: string; first: number; limit: number },
): Promise<MetricsAt[]> {
  const rows: { update: number | bigint; metrics: unknown }[] = await database.$queryRawUnsafe(
    `SELECT \`update\`, ${objectOf(engine)} AS metrics FROM Metric WHERE runId = ? AND \`update\` >= ? GROUP BY \`update\` ORDER BY \`update\` LIMIT ${limit}`,
    runId,
    first,
  );
  return rows.map(({ update, metrics }) => {
    const values = parsed(metrics) as Metrics;
    return { update: Number(update), values, digest: digest(values) };
  });
}

/** Digest of the metrics of each run at its update `metrics`; runs without any are left out. */
export async function digestOf(
  database: Database,
  engine: DatabaseLocation['engine'],
  places: readonly { runId: string; metrics: number }[],
): Promise<Map<string, string>> {
  const stored = places.filter(({ metrics }) => metrics >= 0);
  if (stored.length === 0) return new Map();
  const rows: { runId: string; metrics: unknown }[] = await database.$queryRawUnsafe(
    `SELECT runId, ${objectOf(engine)} AS metrics FROM Metric WHERE ${stored.map(() => '(runId = ? AND `update` = ?)').join(' OR ')} GROUP BY runId`,
    ...stored.flatMap(({ runId, metrics }) => [runId, metrics]),
  );
  return new Map(rows.map(({ runId, metrics }) => [runId, digest(parsed(metrics) as Metrics)]));
}

function digest(metrics: Metrics): string {
  const entries = Object.entries(metrics).sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 8);
}
