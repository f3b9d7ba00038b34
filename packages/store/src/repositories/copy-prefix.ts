/** Copies what a run stored up to an update to a branch of it, which so pays for what comes after only. */
import { randomUUID } from 'node:crypto';
import type { RunPlace } from '@queryloop/contracts';
import type { Transaction } from '../database/connect.ts';
import { restoreSnapshot } from './discard-after.ts';
import type { StoredChange } from './stored-run.ts';

export interface CopiedPrefix {
  /** The last update that is shared. */
  parent: Required<RunPlace>;
  /** Changes that the branch has: those the prefix was made with, and by which it differs from its parent. */
  changes: Omit<StoredChange, 'at'>[];
}

/**
 * Columns that are copied as they are. Backquotes are understood by both databases. Of what was done after the base on the
 * test split nothing is copied: it belongs to the end of the parent.
 */
const tables = {
  Metric: { columns: ['update', 'name', 'value'], only: '' },
  Step: {
    columns: ['update', 'name', 'seconds', 'output', 'attempts', 'startedAt', 'finishedAt'],
    only: "AND (`update` = 0 OR (`name` <> 'comparePolicies' AND `name` NOT LIKE '%:test%'))",
  },
  Rollout: { columns: ['update', 'parts', 'gradients', 'summary', 'gradientsPrunedAt'], only: '' },
  Checkpoint: { columns: ['update', 'hash', 'bytes', 'createdAt', 'prunedAt'], only: '' },
};

export async function copyPrefix(
  transaction: Transaction,
  runId: string,
  { runId: parentId, update }: Required<RunPlace>,
): Promise<void> {
  for (const [table, { columns, only }] of Object.entries(tables)) {
    const list = columns.map((column) => `\`${column}\``).join(', ');
    await transaction.$executeRawUnsafe(
      `INSERT INTO \`${table}\` (\`runId\`, ${list}) SELECT ?, ${list} FROM \`${table}\` WHERE \`runId\` = ? AND \`update\` <= ? ${only}`,
      runId,
      parentId,
      update,
    );
  }
  await transaction.step.updateMany({ where: { runId }, data: { reused: true } });
  await restoreSnapshot(transaction, runId);
  await copyEvaluations(transaction, runId, { runId: parentId, update });
}

async function copyEvaluations(
  transaction: Transaction,
  runId: string,
  { runId: parentId, update }: Required<RunPlace>,
): Promise<void> {
  const evaluations = await transaction.evaluation.findMany({
    where: { runId: parentId, OR: [{ update: 0 }, { update: { lte: update }, split: { not: 'test' } }] },
  });
  const columns = ['position', 'question', 'type', 'answer', 'sql', 'outcome', 'result', 'correct', 'failed', 'scores'];
  const list = columns.map((column) => `\`${column}\``).join(', ');
  for (const { id, ...evaluation } of evaluations) {
    const copy = randomUUID();
    await transaction.evaluation.create({ data: { ...evaluation, id: copy, runId } });
    await transaction.$executeRawUnsafe(
      `INSERT INTO \`Prediction\` (\`evaluationId\`, ${list}) SELECT ?, ${list} FROM \`Prediction\` WHERE \`evaluationId\` = ?`,
      copy,
      id,
    );
  }
}
