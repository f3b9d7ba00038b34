/** The gradient of one shard of an update, as a step. */
import type { ComputeGradientInput, ComputeGradientOutput, Step } from '@queryloop/contracts';
import { storeGradient } from './gradient-artifact.ts';
import { type LossObservation, largestGap, openGroupLoss } from './group-loss.ts';
import { withPolicy } from './resident-policy.ts';
import { loadTrainingBatch } from './training-batch.ts';

/**
 * Gradient of the loss over the shard's groups: of those that carry a signal, in the order of the whole rollout, every `of`-th.
 * Advantages and what the loss is divided by come from the whole batch, so the gradients of all shards add up to its own.
 */
export const computeGradient: Step<ComputeGradientInput, ComputeGradientOutput> = async (input, context) => {
  const { policy, applied, shard, iteration } = input;
  const { active, counts } = await loadTrainingBatch(input.scored, input.grpo, context);
  const own = active.filter((_, g) => g % shard.of === shard.index);
  if (own.length === 0) return { gradient: null, loss: 0, sums: [], samplerLogProbGap: 0 };
  return withPolicy({ policy, applied, settings: input }, context, async (resident) => {
    context.progress({ phase: 'compute gradient', done: iteration, total: input.grpo.innerIterations });
    const groupLoss = openGroupLoss(resident, own, counts, input);
    try {
      const said: LossObservation[] = [];
      const { loss, gradient } = resident.optimizer.gradient(...groupLoss.parts((part) => said.push(part)));
      return {
        gradient: await storeGradient(gradient, context),
        loss,
        sums: said.map(({ sums }) => sums),
        samplerLogProbGap: iteration === 0 ? largestGap(said) : 0,
      };
    } finally {
      groupLoss.dispose();
    }
  });
};
