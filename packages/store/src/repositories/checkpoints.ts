/** Checkpoints: snapshots of weights and optimizer state. */
import type { ArtifactRef } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';

export interface StoredCheckpoint {
  update: number;
  checkpoint: ArtifactRef;
}

export function checkpointsRepository(database: Database) {
  return {
    async record(runId: string, { update, checkpoint: { hash, bytes } }: StoredCheckpoint): Promise<void> {
      await database.checkpoint.upsert({
        where: { runId_update: { runId, update } },
        create: { runId, update, hash, bytes },
        update: { hash, bytes },
      });
    },
    async list(runId: string): Promise<StoredCheckpoint[]> {
      const rows = await database.checkpoint.findMany({ where: { runId }, orderBy: { update: 'asc' } });
      return rows.map(({ update, hash, bytes }) => ({ update, checkpoint: { kind: 'checkpoint', hash, bytes } }));
    },
  };
}
