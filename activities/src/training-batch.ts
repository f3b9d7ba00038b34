/** What an update learns from: the groups of all shards of a rollout, with advantages and the counts its loss is divided by. */
import {
  type Completion,
  correctionOf,
  type Group,
  type GrpoConfig,
  gdpoScores,
  joinComponents,
  joinTurnRewards,
  type Metrics,
  type Rewards,
  type Rollout,
  type ScoredRollout,
  type StepContext,
  writtenTokens,
} from '@queryloop/contracts';
import {
  type BatchCounts,
  batchAdvantages,
  countBatch,
  type ImportanceCorrection,
  importanceWeights,
  rewardMetrics,
} from '@queryloop/grpo';
import { spreadOverTurns } from './repair/spread-over-turns.ts';
import { scoresByName } from './reward-components.ts';

/** Equal completions of equal advantage are one row that counts as many times. */
export interface TrainingRow {
  completion: Completion;
  multiplicity: number;
  /** Of the whole completion. */
  advantage: number;
  /** Of each token, where turns have advantages of their own (reward.perTurn). */
  tokenAdvantages?: number[];
  /** Of completions that a server sampled: weight of each token in the loss, or one for all; the mean over those that the row stands for. */
  importance?: number[];
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
  grpo: Pick<GrpoConfig, 'scaleRewards' | 'maskTruncated' | 'importanceCorrection'>,
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<TrainingBatch> {
  const { scaleRewards, maskTruncated } = grpo;
  const correction = correctionOf(grpo);
  const groups: Group[] = [];
  const rewards: (number | null)[][] = [];
  const parts: Rewards['components'][] = [];
  const turnParts: Rewards['turnRewards'][] = [];
  for (const part of scored) {
    groups.push(...(await artifacts.getJson<Rollout>(part.rollout)).groups);
    const scoredPart = await artifacts.getJson<Rewards>(part.rewards);
    rewards.push(...scoredPart.rewards);
    parts.push(scoredPart.components);
    turnParts.push(scoredPart.turnRewards);
  }
  const components = joinComponents(parts);
  const { advantages, zeroStd, ofTurns } = batchAdvantages({
    rewards,
    scaleRewards,
    gdpo: gdpoScores(components),
    turnRewards: joinTurnRewards(turnParts),
  });
  const active = groups.flatMap((group, g) =>
    zeroStd[g]
      ? []
      : [
          mergeEqual(
            group,
            rewards[g] ?? [],
            { ofWhole: advantages[g] ?? [], ofTurns: ofTurns?.[g] },
            { maskTruncated, correction },
          ),
        ],
  );
  const rows = active.flatMap((group) => group.rows);
  return {
    active,
    counts: countBatch({
      lengths: rows.map(({ counted, completion }) => (counted ? writtenTokens(completion) : 0)),
      multiplicity: rows.map(({ multiplicity }) => multiplicity),
    }),
    metrics: rewardMetrics({ rewards, zeroStd, scores: scoresByName(components, rewards) }),
  };
}

interface GroupAdvantages {
  /** Of each completion. */
  ofWhole: readonly number[];
  /** Of each turn of each completion, where turns have advantages of their own. */
  ofTurns: readonly number[][] | undefined;
}

function mergeEqual(
  { promptIds, completions }: Group,
  rewards: readonly (number | null)[],
  { ofWhole: advantages, ofTurns }: GroupAdvantages,
  { maskTruncated, correction }: { maskTruncated: boolean; correction: ImportanceCorrection | null },
): TrainingGroup {
  const rows = new Map<string, TrainingRow>();
  completions.forEach((completion, i) => {
    if (rewards[i] === null) return;
    const { finished, ids, toolMask = [] } = completion;
    const served = completion.samplingLogProbs === undefined ? '' : 'served ';
    // A module of the user may score equal completions differently, and a policy may write what the database says.
    const key = `${served}${finished} ${ofTurns?.[i] ?? advantages[i] ?? 0} ${ids.join(' ')} ${toolMask.join('')}`;
    const importance = importanceOf(completion, correction);
    const row = rows.get(key);
    if (row) {
      row.multiplicity += 1;
      // the loss is linear in the weight, so a row of the mean weight is worth the rows it stands for
      if (importance)
        row.importance = row.importance?.map((mean, t) => mean + ((importance[t] ?? 1) - mean) / row.multiplicity);
    } else
      rows.set(key, {
        completion,
        multiplicity: 1,
        advantage: advantages[i] ?? 0,
        ...(ofTurns && { tokenAdvantages: spreadOverTurns(completion, ofTurns[i] ?? []) }),
        ...(importance && { importance }),
        counted: finished || !maskTruncated,
      });
  });
  return { promptIds, rows: [...rows.values()] };
}

/** Undefined for a completion of the policy itself, or of the grammar, and without a correction. */
function importanceOf(
  { logProbs, samplingLogProbs, toolMask }: Completion,
  correction: ImportanceCorrection | null,
): number[] | undefined {
  if (correction === null || samplingLogProbs === undefined) return undefined;
  return importanceWeights({ logProbs, samplingLogProbs, mask: toolMask?.map((on) => on === 1) }, correction);
}
