/** The groups of one update with rewards, advantages and what their queries returned: all shards together. Server only. */
import {
  type ArtifactStore,
  componentParts,
  type Execution,
  type Executions,
  executionsOf,
  type Group,
  gdpoScores,
  joinComponents,
  joinTurnRewards,
  type OutcomeWeights,
  type RewardComponents,
  type RewardParts,
  type Rewards,
  type Rollout,
  rewardParts,
  type ScoredRollout,
  UserError,
} from '@queryloop/contracts';
import { batchAdvantages } from '@queryloop/grpo/batch-advantages';

import { configAt, type StoredRollout, type StoredRun } from '@queryloop/store';
import { outcomeWeights } from '@queryloop/text-to-sql';
import { kept } from './kept.ts';
import type { ExecutionsState, LostArtifact } from './schemas.ts';

export interface LoadedGroup extends Group {
  /** Per completion; null when rewards are lost. */
  rewards: (number | null)[] | null;
  advantages: number[] | null;
  /** All rewards equal; null when they are lost. */
  zeroStd: boolean | null;
  /** Per completion, per question; null when they were not kept. */
  executions: Execution[][] | null;
  /** What each completion's reward is made of; null when it is lost. */
  parts: (RewardParts | null)[];
}

export interface LoadedUpdate {
  groups: LoadedGroup[];
  /** Null where the reward was more than one value for each outcome. */
  weights: OutcomeWeights | null;
  executions: ExecutionsState;
  lost: LostArtifact[];
}

/** One rollout with its executions takes some megabytes of memory. */
const lately = kept<LoadedUpdate>('updates', 12, ({ lost }) => lost.length === 0);

/** @throws UserError when the rollout itself is lost: without it there is nothing to show */
export function loadUpdate(artifacts: ArtifactStore, run: StoredRun, stored: StoredRollout): Promise<LoadedUpdate> {
  const { reward, grpo } = configAt(run, stored.update);
  const key = JSON.stringify([stored.parts, reward, grpo.scaleRewards]);
  return lately(key, async () => {
    const parts = await Promise.all(stored.parts.map((part) => loadPart(artifacts, part)));
    const groups = parts.flatMap((part) => part.groups);
    const whole = groups.every(({ rewards }) => rewards !== null);
    // Advantages may be divided by the deviation of the whole batch, so all shards count.
    const { advantages, zeroStd } = whole
      ? batchAdvantages({
          rewards: groups.map(({ rewards }) => rewards ?? []),
          scaleRewards: grpo.scaleRewards,
          gdpo: gdpoScores(joinComponents(parts.map(({ components }) => components))),
          turnRewards: joinTurnRewards(parts.map(({ turnRewards }) => turnRewards)),
        })
      : { advantages: null, zeroStd: null };
    const weights = parts.find((part) => part.weights !== null)?.weights ?? outcomeWeights(reward);
    return {
      groups: groups.map((group, g) => ({
        ...group,
        parts: group.parts.map(
          (own, i) => own ?? (weights && group.executions && rewardParts(group.executions[i] ?? [], weights)),
        ),
        advantages: advantages?.[g] ?? null,
        zeroStd: zeroStd?.[g] ?? null,
      })),
      weights,
      executions: parts.some((part) => part.executions === 'lost')
        ? 'lost'
        : parts.some((part) => part.executions === 'older')
          ? 'older'
          : 'stored',
      lost: parts.flatMap(({ lost }) => lost),
    };
  });
}

interface LoadedPart {
  groups: Omit<LoadedGroup, 'advantages' | 'zeroStd'>[];
  components: RewardComponents | undefined;
  turnRewards: Rewards['turnRewards'];
  weights: OutcomeWeights | null;
  executions: ExecutionsState;
  lost: LostArtifact[];
}

async function loadPart(artifacts: ArtifactStore, part: ScoredRollout): Promise<LoadedPart> {
  const { groups } = await artifacts.getJson<Rollout>(part.rollout);
  const lost: LostArtifact[] = [];
  const rewards = await orLost(() => artifacts.getJson<Rewards>(part.rewards), lost);
  const components = rewards?.components;
  const ref = part.executions;
  const executions = ref ? await orLost(() => artifacts.getJson<Executions>(ref), lost) : null;
  return {
    groups: groups.map((group, g) => ({
      ...group,
      rewards: rewards?.rewards[g] ?? null,
      executions: executions && group.completions.map((_, i) => executionsOf(executions, g, i)),
      parts: group.completions.map((_, i) => (components ? componentParts(components, g, i) : null)),
    })),
    components,
    turnRewards: rewards?.turnRewards,
    weights: executions?.weights ?? null,
    executions: part.executions === undefined ? 'older' : executions === null ? 'lost' : 'stored',
    lost,
  };
}

/** What `read` gives; null when an artifact is lost or damaged, which `lost` then says. */
export async function orLost<T>(read: () => Promise<T>, lost: LostArtifact[]): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UserError) || error.artifact === undefined) throw error;
    const { artifact, message, hint = '' } = error;
    lost.push({ kind: artifact.kind, hash: artifact.hash, message, hint });
    return null;
  }
}
