/** The GRPO loss of some groups of a batch as a function of the policy's weights: where packages/policy and packages/grpo meet. */
import type { GrpoConfig, RolloutConfig } from '@queryloop/contracts';
import { type BatchCounts, type GrpoLoss, grpoLoss, type LossSums, samplerLogProbGap } from '@queryloop/grpo';
import type { AdamW, GroupBatch, Policy } from '@queryloop/policy';
import { microBatches } from './micro-batches.ts';
import type { TrainingGroup } from './training-batch.ts';

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
  /** The loss in micro-batches that add up to it; `observe` is told what the forward pass of each says. */
  parts(observe: (said: LossObservation) => void): (() => GrpoLoss['loss'])[];
  /** Frees the inputs. */
  dispose(): void;
}

/** Lays out groups as tensors. `counts` are those of the whole batch, which these groups may be a part of. */
export function openGroupLoss(
  training: PolicyInTraining,
  groups: readonly TrainingGroup[],
  counts: BatchCounts,
  settings: TrainingSettings,
): GroupLoss {
  const opened = microBatches(groups, settings.grpo.microBatchTokens).map((part) =>
    openPart(training, part, counts, settings),
  );
  return {
    parts: (observe) =>
      opened.map(({ compute }) => () => {
        const { loss, said } = compute();
        observe(said());
        return loss;
      }),
    dispose: () => {
      for (const part of opened) part.dispose();
    },
  };
}

interface LossPart {
  /** One forward pass; call it where its gradient is taken, and `said` before that ends. */
  compute(): Pick<GrpoLoss, 'loss'> & { said(): LossObservation };
  dispose(): void;
}

function openPart(
  { policy, reference }: PolicyInTraining,
  groups: readonly TrainingGroup[],
  counts: BatchCounts,
  { grpo, rollout: sampling }: TrainingSettings,
): LossPart {
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
    refLogProbs: reference ? tf.tidy(() => reference.forward(batch, sampling.temperature).logProbs) : undefined,
  };
  const options = { ...grpo, maxCompletionLength: sampling.maxTokens, ...counts };
  return {
    compute() {
      const { logProbs, entropy } = policy.forward(batch, sampling.temperature);
      const { loss, sums } = grpoLoss(tf, { ...inputs, logProbs, entropy }, options);
      const said = () => ({
        sums: sums(),
        samplerLogProbGap: samplerLogProbGap(
          inputs.oldLogProbs.dataSync(),
          logProbs.dataSync(),
          inputs.mask.dataSync(),
        ),
      });
      return { loss, said };
    },
    dispose: () => tf.dispose(inputs),
  };
}

/** Of all micro-batches. */
export function largestGap(said: readonly LossObservation[]): number {
  return said.reduce((most, { samplerLogProbGap: gap }) => Math.max(most, gap), 0);
}

/** Rows padded with zeros to the batch's width: [N, Tc]. */
function padded(rows: readonly (readonly number[])[], { maxTokens }: GroupBatch): number[][] {
  return rows.map((row) => [...row, ...new Array<number>(maxTokens - row.length).fill(0)]);
}
