/** Rewards that the completions of some updates would have had with other settings, beside those they had: nothing is sampled or run again. */
import {
  type AnalysisPart,
  type Execution,
  type Executions,
  executionsOf,
  groupRewards,
  type RescoreUpdatesInput,
  type Rewards,
  type Rollout,
  type Step,
} from '@queryloop/contracts';
import { type RewardWeights, rewardWeights } from '@queryloop/text-to-sql';
import { type RescoreSums, rescoreSums } from './rescore-sums.ts';

/** What the step leaves for `joinRescored`. */
export type RescoredUpdates = { update: number; sums: RescoreSums }[];

export const rescoreUpdates: Step<RescoreUpdatesInput, AnalysisPart> = async (
  { updates, reward, scaleRewards },
  { artifacts, progress, signal },
) => {
  const weights = rewardWeights(reward);
  const rescored: RescoredUpdates = [];
  for (const [done, { update, scaleRewards: scaledBy, parts }] of updates.entries()) {
    signal.throwIfAborted();
    progress({ phase: 'rescore', done, total: updates.length, detail: `update ${update}` });
    const before: (number | null)[][] = [];
    const after: (number | null)[][] = [];
    for (const part of parts) {
      const { groups } = await artifacts.getJson<Rollout>(part.rollout);
      const executions = await artifacts.getJson<Executions>(part.executions);
      before.push(...(await artifacts.getJson<Rewards>(part.rewards)).rewards);
      after.push(
        ...groups.map(({ completions }, g) =>
          groupRewards(
            completions,
            completions.map((_, i) => rewardOf(executionsOf(executions, g, i), weights)),
          ),
        ),
      );
    }
    const sums = rescoreSums({ rewards: before, scaleRewards: scaledBy }, { rewards: after, scaleRewards });
    rescored.push({ update, sums });
  }
  return { part: await artifacts.putJson('analysis', rescored) };
};

/** Computed as score-outcome.ts and score-completions.ts do, so that equal settings give equal bits. */
function rewardOf(executions: readonly Execution[], { correct, wrong, failed, partial }: RewardWeights): number {
  const rewards = executions.map((execution) => {
    if (!execution.ran) return failed;
    return (execution.outcome === 'ok' ? correct : wrong) + (partial === 0 ? 0 : partial * execution.rems);
  });
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}
