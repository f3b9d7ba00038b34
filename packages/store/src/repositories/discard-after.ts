/** Deletes what a run stored after an update, because it goes on from there, perhaps with other settings. */
import type { Transaction } from '../database/connect.ts';

export async function discardAfter(transaction: Transaction, runId: string, update: number): Promise<void> {
  const where = { runId, update: { gt: update } };
  await transaction.metric.deleteMany({ where });
  await transaction.step.deleteMany({ where });
  await transaction.evaluation.deleteMany({ where });
  await transaction.rollout.deleteMany({ where });
  await transaction.checkpoint.deleteMany({ where });
  await restoreSnapshot(transaction, runId);
}

/** The snapshot that the run goes on from is made again if it was deleted, so it counts as there. */
export async function restoreSnapshot(transaction: Transaction, runId: string): Promise<void> {
  const last = await transaction.checkpoint.findFirst({ where: { runId }, orderBy: { update: 'desc' } });
  if (last !== null)
    await transaction.checkpoint.updateMany({ where: { runId, update: last.update }, data: { prunedAt: null } });
}
