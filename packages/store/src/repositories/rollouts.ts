/** Rollouts: references to the groups of each update and their rewards. */
import type { Metrics, ScoredRollout } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export interface StoredRollout extends ScoredRollout {
  update: number;
  summary: Metrics;
}

export function rolloutsRepository(database: Database) {
  return {
    async record(runId: string, { update, rollout, rewards, summary }: StoredRollout): Promise<void> {
      const references = {
        rolloutHash: rollout.hash,
        rolloutBytes: rollout.bytes,
        rewardsHash: rewards.hash,
        rewardsBytes: rewards.bytes,
      };
      const data = { ...references, summary: canonicalJson(summary) };
      await database.rollout.upsert({
        where: { runId_update: { runId, update } },
        create: { runId, update, ...data },
        update: data,
      });
    },
    async list(runId: string): Promise<StoredRollout[]> {
      const rows = await database.rollout.findMany({ where: { runId }, orderBy: { update: 'asc' } });
      return rows.map(({ update, rolloutHash, rolloutBytes, rewardsHash, rewardsBytes, summary }) => ({
        update,
        rollout: { kind: 'rollout', hash: rolloutHash, bytes: rolloutBytes },
        rewards: { kind: 'rewards', hash: rewardsHash, bytes: rewardsBytes },
        summary: JSON.parse(summary) as Metrics,
      }));
    },
  };
}
