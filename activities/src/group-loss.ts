/** The GRPO loss of some groups of a batch as a function of the policy's weights: where packages/policy and packages/grpo meet. */
import type { GrpoConfig, RolloutConfig, Shard } from '@queryloop/contracts';
import { type BatchCounts, grpoLoss, type LossSums, samplerLogProbGap } from '@queryloop/grpo';
import type { AdamW, GroupBatch, LossFn, ObservedLoss, Policy, ReferencePolicy } from '@queryloop/policy';
import { type MicroBatch, microBatches, packed } from './micro-batches.ts';
import type { TrainingGroup, TrainingRow } from './training-batch.ts';

/** Tells the dropout of updates from that of the warm start. */
const DROPOUT_STREAM = 1;

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
  reference: ReferencePolicy | null;
}

/** What a forward pass says beside the loss. */
export interface LossObservation {
  sums: LossSums;
  /** Largest difference between the log-probabilities of sampler and trainer. */
  samplerLogProbGap: number;
}

export interface GroupLoss {
  /** The loss in micro-batches that add up to it; `observe` is told what the forward pass of each says. */
  parts(observe: (said: LossObservation) => void): LossFn[];
  /** Frees the inputs. */
  dispose(): void;
}

/** Lays out groups as tensors. `counts` are those of the whole batch, which these groups may be a part of. */
export function openGroupLoss(
  training: PolicyInTraining,
  groups: readonly TrainingGroup[],
  counts: BatchCounts,
  settings: TrainingSettings & { shard?: Shard },
): GroupLoss {
  const opened = microBatches(training.policy, groups, settings.grpo).map((part, place) =>
    openPart(training, part, counts, { ...settings, place }),
  );
  return {
    parts: (observe) =>
      opened.map(({ compute }) => () => {
        const { said, ...computed } = compute();
        return { ...computed, read: (tensors) => observe(said(tensors)) };
      }),
    dispose: () => {
      for (const part of opened) part.dispose();
    },
  };
}

type Observed = Parameters<ObservedLoss['read']>[0];
type Tensor = Observed[number];

interface LossPart {
  /** One forward pass, to be called where its gradient is taken; `said` reads its tensors. */
  compute(): Omit<ObservedLoss, 'read'> & { said(tensors: Observed): LossObservation };
  dispose(): void;
}

/** `place`: of the part among the others. */
function openPart(
  { policy, optimizer, reference }: PolicyInTraining,
  { groups, checkpointedLayers }: MicroBatch<TrainingGroup>,
  counts: BatchCounts,
  { grpo, rollout: sampling, shard, place }: TrainingSettings & { shard?: Shard; place: number },
): LossPart {
  const { tf } = policy;
  const rows = groups.flatMap((group) => group.rows);
  const batch = policy.packGroups(packed(groups));
  const inputs = {
    oldLogProbs: tf.tensor2d(
      padded(
        rows.map(({ completion }) => completion.logProbs),
        batch,
      ),
    ),
    advantages: rows.some(({ tokenAdvantages }) => tokenAdvantages)
      ? tf.tensor2d(
          padded(
            rows.map(
              ({ completion, advantage, tokenAdvantages = completion.ids.map(() => advantage) }) => tokenAdvantages,
            ),
            batch,
          ),
        )
      : tf.tensor1d(rows.map(({ advantage }) => advantage)),
    multiplicity: tf.tensor1d(rows.map(({ multiplicity }) => multiplicity)),
    mask: tf.tensor2d(
      padded(
        rows.map(({ completion: { ids, toolMask }, counted }) =>
          ids.map((_, t) => (counted ? (toolMask?.[t] ?? 1) : 0)),
        ),
        batch,
      ),
    ),
    importance: importanceOf(policy, rows, batch),
    refLogProbs: reference
      ? tf.tidy(
          () => reference.forward(batch, sampling.temperature, { checkpointedLayers: policy.config.layers }).logProbs,
        )
      : undefined,
  };
  const options = { ...grpo, maxCompletionLength: sampling.maxTokens, ...counts };
  return {
    compute() {
      const dropoutKey = [DROPOUT_STREAM, optimizer.steps, shard?.index ?? 0, place];
      const { logProbs, entropy } = policy.forward(batch, sampling.temperature, {
        dropoutKey,
        checkpointedLayers,
        entropyGradient: grpo.entropyCoefficient !== 0,
      });
      const { loss, sumTensor, readSums } = grpoLoss(tf, { ...inputs, logProbs, entropy }, options);
      const said = ([sums, computed]: Observed) => ({
        sums: readSums(sums as Tensor),
        samplerLogProbGap: samplerLogProbGap(
          inputs.oldLogProbs.dataSync(),
          (computed as Tensor).dataSync(),
          inputs.mask.dataSync(),
        ),
      });
      return { loss, tensors: [sumTensor(), logProbs], said };
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
