/** Evaluations of a run that are new to a follower. */
import type { Database } from '../database/connect.ts';
import { scoresOf } from './evaluation-scores.ts';

export interface NewScores {
  points: { update: number; values: Record<string, number> }[];
  /** The last update known on each split, with these. */
  dev: number;
  test: number;
}

/**
 * Those after `known` and not after `upTo`: an evaluation may be stored before the metrics of its update, and waits for them.
 * Null when one that is known is not there any more.
 */
export async function newScores(
  database: Database,
  runId: string,
  known: { dev: number; test: number },
  upTo: number,
): Promise<NewScores | null> {
  const rows = await database.evaluation.findMany({
    where: {
      runId,
      OR: (['dev', 'test'] as const).map((split) => ({
        split,
        update: { gte: known[split], lte: Math.max(upTo, known[split]) },
      })),
    },
    select: { update: true, split: true, accuracy: true, errorRate: true, ems: true, rems: true },
    orderBy: { update: 'asc' },
  });
  const news: NewScores = { points: [], dev: known.dev, test: known.test };
  for (const split of ['dev', 'test'] as const) {
    const own = rows.filter((row) => row.split === split);
    if (known[split] >= 0 && own[0]?.update !== known[split]) return null;
    for (const row of own) {
      if (row.update <= known[split]) continue;
      news.points.push({ update: row.update, values: scoresOf(split, row) });
      news[split] = row.update;
    }
  }
  return news;
}
