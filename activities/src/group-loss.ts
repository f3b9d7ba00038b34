/** The GRPO loss of some groups of a batch as a function of the policy's weights: where packages/policy and packages/grpo meet. */
import type { GrpoConfig, RolloutConfig } from '@queryloop/contracts';
import { type BatchCounts, type GrpoLoss, grpoLoss, type LossSums, samplerLogProbGap } from '@queryloop/grpo';
import type { AdamW, GroupBatch, Policy } from '@queryloop/policy';
import type { TrainingGroup, TrainingRow } from './training-batch.ts';

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

/** What a forward pass says beside the loss. */
export interface LossObservation {
  sums: LossSums;
  /** Largest difference between the log-probabilities of sampler and trainer. */
  samplerLogProbGap: number;
}

export interface GroupLoss {
  /** One forward pass; call it where its gradient is taken. `observe` must be called before that ends. */
  compute(): Pick<GrpoLoss, 'loss'> & { observe(): LossObservation };
  /** Frees the inputs. */
  dispose(): void;
}

/** Lays out groups as tensors. `counts` are those of the whole batch, which these groups may be a part of. */
export function openGroupLoss(
  { policy, reference }: PolicyInTraining,
  groups: readonly TrainingGroup[],
  counts: BatchCounts,
  { grpo, rollout: sampling }: TrainingSettings,
): GroupLoss {
  const { tf } = policy;
  const rows = groups.flatMap((group) => group.rows);
  const batch = policy.packGroups(
    groups.map(({ promptIds, rows: own }) => ({ promptIds, completions: own.map(({ completion }) => completion.ids) })),
  );
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
        rows.map(({ completion, counted }) => completion.ids.map(() => (counted ? 1 : 0))),
        batch,
      ),
    ),
    importance: importanceOf(policy, rows, batch),
    refLogProbs: reference ? tf.tidy(() => reference.forward(batch, sampling.temperature).logProbs) : undefined,
  };
  const options = { ...grpo, maxCompletionLength: sampling.maxTokens, ...counts };
  return {
    compute() {
      const { logProbs, entropy } = policy.forward(batch, sampling.temperature);
      const { loss, sums } = grpoLoss(tf, { ...inputs, logProbs, entropy }, options);
      const observe = () => ({
        sums: sums(),
        samplerLogProbGap: samplerLogProbGap(
          inputs.oldLogProbs.dataSync(),
          logProbs.dataSync(),
          inputs.mask.dataSync(),
        ),
      });
      return { loss, observe };
    },
    dispose: () => tf.dispose(inputs),
  };
}

/** Rows padded with zeros to the batch's width: [N, Tc]. */
function padded(rows: readonly (readonly number[])[], { maxTokens }: GroupBatch): number[][] {
  return rows.map((row) => [...row, ...new Array<number>(maxTokens - row.length).fill(0)]);
}

/** [N, Tc], or [N, 1] where completions have one weight each; undefined when no completion has any: then all weigh 1. */
function importanceOf({ tf }: Policy, rows: readonly TrainingRow[], { maxTokens }: GroupBatch) {
  const served = rows.flatMap(({ importance }) => (importance ? [importance] : []));
  if (served.length === 0) return undefined;
  const width = served.every((weights) => weights.length === 1) ? 1 : maxTokens;
  return tf.tensor2d(
    rows.map(({ importance = [] }) =>
      Array.from({ length: width }, (_, t) => importance[importance.length === 1 ? 0 : t] ?? 1),
    ),
  );
}
