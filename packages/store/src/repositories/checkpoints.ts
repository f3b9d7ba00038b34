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
  /** Of these hashes, those that no run needs: none has a checkpoint of it that is kept, or it as its result. */
  const unneeded = async (hashes: string[]): Promise<Set<string>> => {
    const kept = await database.checkpoint.findMany({
      where: { hash: { in: hashes }, prunedAt: null },
      select: { hash: true },
    });
    const free = new Set(hashes);
    for (const { hash } of kept) free.delete(hash);
    for (const hash of free)
      if ((await database.run.count({ where: { result: { contains: hash } } })) > 0) free.delete(hash);
    return free;
  };

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
      if (due.length > 0) {
        await database.checkpoint.updateMany({
          where: { runId, update: { in: due.map(({ update }) => update) } },
          data: { prunedAt: new Date() },
        });
      }
      const gone = [...again, ...due].filter(({ hash }) => !kept.has(hash));
      const free = await unneeded(gone.map(({ hash }) => hash));
      return {
        unneeded: gone.flatMap(({ hash, bytes }) =>
          free.has(hash) ? [{ kind: 'checkpoint', hash, bytes } as const] : [],
        ),
        before: present.length < keepLast ? 0 : (present.at(-keepLast)?.update ?? 0),
      };
    },
  };
}
