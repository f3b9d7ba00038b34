/** How far the trials of a sweep are expected to get. */
import type { SweepConfig, Trial } from '@queryloop/contracts';

/**
 * Updates of each trial. Successive halving lets 1 of `reduction` trials pass each rung; which ones is not known before, so
 * the first of the list stand for them.
 */
export function plannedUpdates(
  { method, asha }: Pick<SweepConfig, 'method' | 'asha'>,
  trials: readonly Trial[],
): number[] {
  return trials.map(({ config }, index) => {
    if (method !== 'asha') return config.grpo.updates;
    let rung = asha.minUpdates;
    for (
      let left = Math.floor(trials.length / asha.reduction);
      index < left && rung < config.grpo.updates;
      left = Math.floor(left / asha.reduction)
    )
      rung *= asha.reduction;
    return Math.min(rung, config.grpo.updates);
  });
}
