/** Checkpoints: snapshots of weights and optimizer state. */
import type { ArtifactRef } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';

export interface StoredCheckpoint {
  update: number;
  checkpoint: ArtifactRef;
  /** When it was deleted, as newer ones are kept. */
  prunedAt: Date | null;
}

/** What to keep: the last so many snapshots, and these whatever their age. The base (update 0) is kept always. */
export interface KeptCheckpoints {
  keepLast: number;
  keep: readonly ArtifactRef[];
}

export function checkpointsRepository(database: Database) {
  /** Whether no run needs a snapshot: none has a checkpoint of it that is kept, or it as its result. */
  const isUnneeded = async (hash: string): Promise<boolean> =>
    (await database.checkpoint.count({ where: { hash, prunedAt: null } })) === 0 &&
    (await database.run.count({ where: { result: { contains: hash } } })) === 0;

  return {
    async record(
      runId: string,
      { update, checkpoint: { hash, bytes } }: Omit<StoredCheckpoint, 'prunedAt'>,
    ): Promise<void> {
      await database.checkpoint.upsert({
        where: { runId_update: { runId, update } },
        create: { runId, update, hash, bytes },
        update: { hash, bytes, prunedAt: null },
      });
    },

    async list(runId: string): Promise<StoredCheckpoint[]> {
      const rows = await database.checkpoint.findMany({ where: { runId }, orderBy: { update: 'asc' } });
      return rows.map(({ update, hash, bytes, prunedAt }) => ({
        update,
        checkpoint: { kind: 'checkpoint', hash, bytes },
        prunedAt,
      }));
    },

    /**
     * Marks the snapshots that are not to be kept as deleted, and gives those to be deleted that no other run needs. Those
     * marked last are given once more, for the process may have died between the marking and the deleting. `before` is the
     * update of the oldest of the last `keepLast`; 0 while there are not that many.
     */
    async prune(
      runId: string,
      { keepLast, keep }: KeptCheckpoints,
    ): Promise<{ unneeded: ArtifactRef[]; before: number }> {
      const rows = await database.checkpoint.findMany({
        where: { runId, update: { gt: 0 } },
        orderBy: { update: 'asc' },
      });
      const present = rows.filter(({ prunedAt }) => prunedAt === null);
      const lastMarked = Math.max(...rows.map(({ prunedAt }) => prunedAt?.getTime() ?? 0));
      const again = rows.filter(({ prunedAt }) => prunedAt !== null && prunedAt.getTime() === lastMarked);
      const kept = new Set(keep.map(({ hash }) => hash));
      const due = present.slice(0, -keepLast).filter(({ hash }) => !kept.has(hash));
      await database.checkpoint.updateMany({
        where: {
          runId,
          update: { gt: 0, lte: due.at(-1)?.update ?? 0 },
          hash: { notIn: [...kept] },
          prunedAt: null,
        },
        data: { prunedAt: new Date() },
      });
      const unneeded: ArtifactRef[] = [];
      for (const { hash, bytes } of [...again, ...due])
        if (!kept.has(hash) && (await isUnneeded(hash))) unneeded.push({ kind: 'checkpoint', hash, bytes });
      return {
        unneeded,
        before: present.length < keepLast ? 0 : (present.at(-keepLast)?.update ?? 0),
      };
    },
  };
}
