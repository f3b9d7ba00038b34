/** How far a run is stored whole. Metrics are written beside the next update, so its steps may be ahead of them. */
import { isEvaluated } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';
import { configAt, type StoredRun } from './stored-run.ts';

/** The last update whose steps, rollouts, metrics and evaluation are all there, as are those of every update before; null before the baseline is. */
export async function lastWholeUpdate(database: Database, run: StoredRun): Promise<number | null> {
  const runId = run.id;
  const only = { select: { update: true } } as const;
  const [baseline, evaluated, begun, rollouts, metrics, updates] = await Promise.all([
    database.evaluation.count({ where: { runId, update: 0, split: { in: ['dev', 'test'] } } }),
    database.evaluation.findMany({ where: { runId, split: 'dev' }, ...only }),
    database.step.count({ where: { runId, update: 0, name: { in: ['prepareDataset', 'warmStart'] } } }),
    database.rollout.findMany({ where: { runId }, ...only }),
    database.metric.groupBy({ by: ['update'], where: { runId } }),
    database.step.findMany({ where: { runId, name: 'updatePolicy' }, ...only }),
  ]);
  if (baseline < 2 || begun < 2) return null;
  const [scored, rolled, measured, updated] = [evaluated, rollouts, metrics, updates].map(
    (rows) => new Set(rows.map(({ update }) => update)),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>];
  const isWhole = (update: number): boolean =>
    updated.has(update) &&
    rolled.has(update) &&
    measured.has(update) &&
    (scored.has(update) || !isEvaluated(configAt(run, update), update));
  let last = 0;
  while (isWhole(last + 1)) last++;
  return last;
}
