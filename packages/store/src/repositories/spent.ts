/** What a run had spent at an update: tokens sampled and seconds its steps took. */
import type { Database } from '../database/connect.ts';

export interface Spent {
  tokens: number;
  /** Waiting and pauses left out; shards count one after the other. */
  seconds: number;
}

/**
 * Which steps of an update count to it and which to the next: those after its metrics are known (its evaluation), so that what
 * was spent at an update never changes. The last test is no part of training.
 */
export const stepSeconds = {
  before: "name NOT LIKE 'evaluatePolicy%' AND name NOT IN ('snapshotPolicy', 'comparePolicies')",
  after:
    "(name = 'snapshotPolicy' OR (name LIKE 'evaluatePolicy%' AND (`update` = 0 OR name NOT LIKE 'evaluatePolicy:test%')))",
} as const;

/** Up to an update, from the beginning. */
export async function spentUpTo(database: Database, runId: string, update: number): Promise<Spent> {
  const { _sum } = await database.metric.aggregate({
    where: { runId, name: 'num_tokens', update: { lte: update } },
    _sum: { value: true },
  });
  const [row]: { seconds: number | null }[] = await database.$queryRawUnsafe(
    `SELECT SUM(seconds) AS seconds FROM Step WHERE runId = ? AND ((\`update\` <= ? AND ${stepSeconds.before}) OR (\`update\` < ? AND ${stepSeconds.after}))`,
    runId,
    update,
    update,
  );
  return { tokens: _sum.value ?? 0, seconds: row?.seconds ?? 0 };
}

/** What each of `updates` (ascending, with the tokens it sampled) adds, going on from what was spent at `from`. */
export async function spentAfter(
  database: Database,
  runId: string,
  from: { update: number; spent: Spent },
  updates: readonly { update: number; tokens: number }[],
): Promise<Map<number, Spent>> {
  // A sum of whole numbers would come as a big integer.
  const rows: { update: number; before: number; after: number }[] = await database.$queryRawUnsafe(
    `SELECT \`update\`, SUM(CASE WHEN ${stepSeconds.before} THEN seconds ELSE 0e0 END) AS \`before\`,
      SUM(CASE WHEN ${stepSeconds.after} THEN seconds ELSE 0e0 END) AS \`after\`
    FROM Step WHERE runId = ? AND \`update\` >= ? AND \`update\` <= ? GROUP BY \`update\` ORDER BY \`update\``,
    runId,
    from.update,
    updates.at(-1)?.update ?? from.update,
  );
  const spent = new Map<number, Spent>();
  let { tokens, seconds } = from.spent;
  let next = 0;
  for (const { update, tokens: sampled } of updates) {
    tokens += sampled;
    for (; next < rows.length && (rows[next] as { update: number }).update < update; next++) {
      const row = rows[next] as (typeof rows)[number];
      seconds += row.after + (row.update > from.update ? row.before : 0);
    }
    const own = rows[next]?.update === update ? (rows[next] as (typeof rows)[number]) : null;
    // Its `before` counts now; the loop above must not count it again.
    seconds += own?.before ?? 0;
    if (own !== null) rows[next] = { ...own, before: 0 };
    spent.set(update, { tokens, seconds });
  }
  return spent;
}
