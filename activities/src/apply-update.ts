/** One GRPO update of a policy in memory: from a scored rollout, or from gradients that shards computed. */
import type { ArtifactRef, Metrics, ReducedGradient, ScoredRollout, StepContext } from '@queryloop/contracts';
import { lossMetrics } from '@queryloop/grpo';
import type { StepResult } from '@queryloop/policy';
import { readGradient } from './gradient-artifact.ts';
import {
  type LossObservation,
  largestGap,
  openGroupLoss,
  type PolicyInTraining,
  type TrainingSettings,
} from './group-loss.ts';
import { letEventsThrough } from './let-events-through.ts';
import { loadTrainingBatch } from './training-batch.ts';

/** Applies an update in place and returns its metrics. Without any group that carries a signal the policy stays as it is. */
export async function applyUpdate(
  resident: PolicyInTraining,
  scored: readonly ScoredRollout[],
  settings: TrainingSettings,
  context: StepContext,
): Promise<Metrics> {
  const { grpo } = settings;
  const { active, counts, metrics } = await loadTrainingBatch(scored, grpo, context);
  if (active.length === 0) return withoutSignal(metrics);
  const loss = openGroupLoss(resident, active, counts, settings);
  try {
    let step: StepResult | undefined;
    const first: LossObservation[] = [];
    for (let iteration = 0; iteration < grpo.innerIterations; iteration++) {
      if (iteration > 0) await letEventsThrough(context);
      const parts = loss.parts((said) => {
        if (iteration === 0) first.push(said);
      });
      step = resident.optimizer.stepAccumulated(parts, totalSteps(settings));
    }
    return withLoss(
      metrics,
      step as StepResult,
      first.map(({ sums }) => sums),
      largestGap(first),
      active.length,
    );
  } finally {
    loss.dispose();
  }
}

/** Applies the last of the gradients that shards computed, those of the iterations before being applied; returns the update's metrics. */
export async function applyLastGradient(
  resident: PolicyInTraining,
  scored: readonly ScoredRollout[],
  gradients: readonly ReducedGradient[],
  settings: TrainingSettings,
  context: StepContext,
): Promise<Metrics> {
  const { active, metrics } = await loadTrainingBatch(scored, settings.grpo, context);
  const [first, last] = [gradients[0], gradients.at(-1)];
  if (!first || !last?.gradient) return withoutSignal(metrics);
  const step = await applyGradient(resident, last.gradient, settings, context);
  return withLoss(metrics, { loss: last.loss, ...step }, first.sums, first.samplerLogProbGap, active.length);
}

/** One optimizer step down a stored gradient. */
export async function applyGradient(
  { optimizer }: PolicyInTraining,
  gradient: ArtifactRef,
  settings: TrainingSettings,
  context: StepContext,
): Promise<Omit<StepResult, 'loss'>> {
  return optimizer.applyGradient(await readGradient(gradient, context), totalSteps(settings));
}

function totalSteps({ grpo }: TrainingSettings): number {
  return grpo.updates * grpo.innerIterations;
}

function withoutSignal(metrics: Metrics): Metrics {
  return { ...metrics, grad_norm: 0, active_groups: 0 };
}

/** Loss, norm and learning rate are of the last inner iteration; what the forward pass said, of the first. */
function withLoss(
  metrics: Metrics,
  { loss, gradNorm, learningRate }: StepResult,
  sums: Parameters<typeof lossMetrics>[0],
  samplerLogProbGap: number,
  activeGroups: number,
): Metrics {
  return {
    ...metrics,
    loss,
    grad_norm: gradNorm,
    learning_rate: learningRate,
    ...lossMetrics(sums),
    sampler_logprob_gap: samplerLogProbGap,
    active_groups: activeGroups,
  };
}
