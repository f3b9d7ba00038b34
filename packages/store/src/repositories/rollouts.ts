/** Rollouts: references to the groups of each update, their rewards and, with several shards, the summed gradients. */
import type { ArtifactRef, Metrics, ScoredRollout } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export interface StoredRollout {
  update: number;
  /** One for each shard. */
  parts: ScoredRollout[];
  /** One for each inner iteration that had one, with several shards; else empty. */
  gradients: ArtifactRef[];
  summary: Metrics;
}

/** Gradients that no kept snapshot needs. */
export interface PrunedGradients {
  /** Updates they are of, in order. */
  updates: number[];
  /** Those that no other run needs either. */
  unneeded: ArtifactRef[];
  /** Hashes of those that another run still needs. */
  needed: ReadonlySet<string>;
}

export function rolloutsRepository(database: Database) {
  return {
    async record(runId: string, { update, parts, gradients, summary }: StoredRollout): Promise<void> {
      const data = {
        parts: canonicalJson(parts),
        gradients: canonicalJson(gradients),
        summary: canonicalJson(summary),
        gradientsPrunedAt: null,
      };
      await database.rollout.upsert({
        where: { runId_update: { runId, update } },
        create: { runId, update, ...data },
        update: data,
      });
    },

    async get(runId: string, update: number): Promise<StoredRollout | null> {
      const row = await database.rollout.findUnique({ where: { runId_update: { runId, update } } });
      return row === null ? null : storedRollout(row);
    },

    /** In the order of updates: all of a run, or `limit` of those after an update. */
    async list(
      runId: string,
      { after = -1, limit }: { after?: number; limit?: number } = {},
    ): Promise<StoredRollout[]> {
      const rows = await database.rollout.findMany({
        where: { runId, update: { gt: after } },
        orderBy: { update: 'asc' },
        ...(limit !== undefined && { take: limit }),
      });
      return rows.map(storedRollout);
    },

    async count(runId: string): Promise<number> {
      return database.rollout.count({ where: { runId } });
    },

    /**
     * Marks the gradients up to an update as deleted, and gives them to be deleted. Those marked last are given once more,
     * for the process may have died between the marking and the deleting.
     */
    async pruneGradients(runId: string, upTo: number): Promise<PrunedGradients> {
      const some = { gradients: { not: '[]' } };
      const { _max } = await database.rollout.aggregate({ where: { runId }, _max: { gradientsPrunedAt: true } });
      const due = { runId, update: { lte: upTo }, gradientsPrunedAt: null, ...some };
      const again = { runId, gradientsPrunedAt: _max.gradientsPrunedAt ?? new Date(0) };
      const own = await database.rollout.findMany({ where: { OR: [due, again] }, orderBy: { update: 'asc' } });
      const updates = own.map(({ update }) => update);
      await database.rollout.updateMany({ where: due, data: { gradientsPrunedAt: new Date() } });
      if (updates.length === 0) return { updates, unneeded: [], needed: new Set() };
      const others = await database.rollout.findMany({
        where: {
          runId: { not: runId },
          update: { gte: updates.at(0), lte: updates.at(-1) },
          gradientsPrunedAt: null,
          ...some,
        },
      });
      const hashesOf = others.flatMap((row) => storedRollout(row).gradients).map(({ hash }) => hash);
      const needed = new Set(hashesOf);
      const unneeded = own.flatMap((row) => storedRollout(row).gradients).filter(({ hash }) => !needed.has(hash));
      return { updates, unneeded, needed };
    },
  };
}

function storedRollout(row: { update: number; parts: string; gradients: string; summary: string }): StoredRollout {
  return {
    update: row.update,
    parts: JSON.parse(row.parts) as ScoredRollout[],
    gradients: JSON.parse(row.gradients) as ArtifactRef[],
    summary: JSON.parse(row.summary) as Metrics,
  };
}
