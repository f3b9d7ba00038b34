/** The learning rate of each optimizer step: linear warm-up, then constant, linear or cosine fall. */
import type { OptimizerConfig } from '@queryloop/contracts';

/**
 * Learning rate of step `step` (1-based) of `totalSteps`. The warm-up rises linearly from 0 and reaches the peak at its last
 * step; 'linear' and 'cosine' then fall to 0 just after the last step (linear and cosine schedules of transformers).
 */
export function learningRateAt(step: number, totalSteps: number, config: OptimizerConfig): number {
  const { learningRate, schedule, warmupSteps } = config;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  if (schedule === 'constant') return learningRate;
  const done = Math.min(1, (step - 1 - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return learningRate * (schedule === 'linear' ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done)));
}
