/** One GRPO update of the resident policy from a scored rollout: where packages/policy and packages/grpo meet. */
import type { GrpoConfig, Metrics, RolloutConfig, ScoredRollout, StepContext } from '@queryloop/contracts';
import {
  computeAdvantages,
  countBatch,
  grpoLoss,
  type LossSums,
  lossMetrics,
  rewardMetrics,
  samplerLogProbGap,
} from '@queryloop/grpo';
import { type AdamW, type GroupBatch, loadTensorflow, type Policy } from '@queryloop/policy';
import type { Completion, Group, Rewards, Rollout } from './rollout-artifact.ts';

/** What shapes an update beside the rollout. */
export interface TrainingSettings {
  grpo: GrpoConfig;
  rollout: RolloutConfig;
  threads: number;
}

export interface PolicyInTraining {
  policy: Policy;
  optimizer: AdamW;
  /** The policy before GRPO, held while beta needs it. */
  reference: Policy | null;
}

/** A group as trained on: equal completions (of equal reward, then) are one row that counts as many times. */
interface TrainingGroup {
  promptIds: number[];
  rows: { completion: Completion; multiplicity: number; advantage: number }[];
}

/** Applies an update in place and returns its metrics. Groups of equal reward carry no signal and are left out. */
export async function applyUpdate(
  { policy, optimizer, reference }: PolicyInTraining,
  scored: ScoredRollout,
  { grpo, rollout: sampling, threads }: TrainingSettings,
  { artifacts }: StepContext,
): Promise<Metrics> {
  const { groups } = await artifacts.getJson<Rollout>(scored.rollout);
  const { rewards } = await artifacts.getJson<Rewards>(scored.rewards);
  const { advantages, zeroStd } = computeAdvantages({ rewards, scaleRewards: grpo.scaleRewards });
  const metrics = rewardMetrics({ rewards, zeroStd });
  const active = groups.flatMap((group, g) =>
    zeroStd[g] ? [] : [mergeEqual(group, rewards[g] ?? [], advantages[g] ?? [])],
  );
  if (active.length === 0) return { ...metrics, grad_norm: 0, active_groups: 0 };

  const tf = await loadTensorflow({ threads });
  const rows = active.flatMap((group) => group.rows);
  const counted = (row: TrainingGroup['rows'][number]) => row.completion.finished || !grpo.maskTruncated;
  const batch = policy.packGroups(
    active.map(({ promptIds, rows: own }) => ({ promptIds, completions: own.map(({ completion }) => completion.ids) })),
  );
  const counts = countBatch({
    lengths: rows.map((row) => (counted(row) ? row.completion.ids.length : 0)),
    multiplicity: rows.map(({ multiplicity }) => multiplicity),
  });
  const inputs = {
    oldLogProbs: tf.tensor2d(
      padded(
        rows.map(({ completion }) => completion.logProbs),
        batch,
      ),
    ),
    advantages: tf.tensor1d(rows.map(({ advantage }) => advantage)),
    multiplicity: tf.tensor1d(rows.map(({ multiplicity }) => multiplicity)),
    mask: tf.tensor2d(
      padded(
        rows.map((row) => row.completion.ids.map(() => (counted(row) ? 1 : 0))),
        batch,
      ),
    ),
    refLogProbs: reference ? tf.tidy(() => reference.forward(batch, sampling.temperature).logProbs) : undefined,
  };
  const options = { ...grpo, maxCompletionLength: sampling.maxTokens, ...counts };
  let sums: LossSums | undefined;
  let gap = 0;
  for (let iteration = 0; iteration < grpo.innerIterations; iteration++) {
    const step = optimizer.step(() => {
      const { logProbs, entropy } = policy.forward(batch, sampling.temperature);
      const result = grpoLoss(tf, { ...inputs, logProbs, entropy }, options);
      if (iteration === 0) {
        sums = result.sums();
        gap = samplerLogProbGap(inputs.oldLogProbs.dataSync(), logProbs.dataSync(), inputs.mask.dataSync());
      }
      return result.loss;
    }, grpo.updates * grpo.innerIterations);
    Object.assign(metrics, { loss: step.loss, grad_norm: step.gradNorm, learning_rate: step.learningRate });
  }
  tf.dispose(inputs);
  return { ...metrics, ...lossMetrics(sums ? [sums] : []), sampler_logprob_gap: gap, active_groups: active.length };
}

function mergeEqual(
  { promptIds, completions }: Group,
  rewards: readonly (number | null)[],
  advantages: readonly number[],
): TrainingGroup {
  const rows = new Map<string, TrainingGroup['rows'][number]>();
  completions.forEach((completion, i) => {
    if (rewards[i] === null) return;
    const key = `${completion.finished} ${completion.ids.join(' ')}`;
    const row = rows.get(key);
    if (row) row.multiplicity += 1;
    else rows.set(key, { completion, multiplicity: 1, advantage: advantages[i] ?? 0 });
  });
  return { promptIds, rows: [...rows.values()] };
}

/** Rows padded with zeros to the batch's width: [N, Tc]. */
function padded(rows: readonly (readonly number[])[], { maxTokens }: GroupBatch): number[][] {
  return rows.map((row) => [...row, ...new Array<number>(maxTokens - row.length).fill(0)]);
}
