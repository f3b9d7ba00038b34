/** What an update learns from: the groups of all shards of a rollout, with advantages and the counts its loss is divided by. */
import type {
  Completion,
  Group,
  GrpoConfig,
  Metrics,
  Rewards,
  Rollout,
  ScoredRollout,
  StepContext,
} from '@queryloop/contracts';
import { type BatchCounts, computeAdvantages, countBatch, rewardMetrics } from '@queryloop/grpo';

/** Equal completions (of equal reward, then) are one row that counts as many times. */
export interface TrainingRow {
  completion: Completion;
  multiplicity: number;
  advantage: number;
  /** False for a truncated completion that is masked out of the loss. */
  counted: boolean;
}

export interface TrainingGroup {
  promptIds: number[];
  rows: TrainingRow[];
}

export interface TrainingBatch {
  /** Groups that carry a signal: those of equal reward are left out. */
  active: TrainingGroup[];
  /** Of the whole batch, so that the losses of its parts add up. */
  counts: BatchCounts;
  metrics: Metrics;
}

/** Reads a rollout with its rewards, the groups in the order of the shards. */
export async function loadTrainingBatch(
  scored: readonly ScoredRollout[],
  { scaleRewards, maskTruncated }: Pick<GrpoConfig, 'scaleRewards' | 'maskTruncated'>,
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<TrainingBatch> {
  const groups: Group[] = [];
  const rewards: (number | null)[][] = [];
  for (const part of scored) {
    groups.push(...(await artifacts.getJson<Rollout>(part.rollout)).groups);
    rewards.push(...(await artifacts.getJson<Rewards>(part.rewards)).rewards);
  }
  const { advantages, zeroStd } = computeAdvantages({ rewards, scaleRewards });
  const active = groups.flatMap((group, g) =>
    zeroStd[g] ? [] : [mergeEqual(group, rewards[g] ?? [], advantages[g] ?? [], maskTruncated)],
  );
  const rows = active.flatMap((group) => group.rows);
  return {
    active,
    counts: countBatch({
      lengths: rows.map(({ counted, completion }) => (counted ? completion.ids.length : 0)),
      multiplicity: rows.map(({ multiplicity }) => multiplicity),
    }),
    metrics: rewardMetrics({ rewards, zeroStd }),
  };
}

function mergeEqual(
  { promptIds, completions }: Group,
  rewards: readonly (number | null)[],
  advantages: readonly number[],
  maskTruncated: boolean,
): TrainingGroup {
  const rows = new Map<string, TrainingRow>();
  completions.forEach((completion, i) => {
    if (rewards[i] === null) return;
    const { finished, ids } = completion;
    const key = `${finished} ${ids.join(' ')}`;
    const row = rows.get(key);
    if (row) row.multiplicity += 1;
    else
      rows.set(key, {
        completion,
        multiplicity: 1,
        advantage: advantages[i] ?? 0,
        counted: finished || !maskTruncated,
      });
  });
  return { promptIds, rows: [...rows.values()] };
}
