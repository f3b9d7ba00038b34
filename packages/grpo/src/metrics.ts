/** Metrics of a rollout and of an update under the names TRL logs, from plain numbers. */
import { mean, sampleStd } from './moments.ts';

/**
 * reward and reward_std over all scored completions of the batch, frac_reward_zero_std over groups, and per reward
 * function rewards/{name}/mean and /std over the completions it scored. Means without any scored completion are left out,
 * since no database keeps NaN.
 *
 * `zeroStd` is computeAdvantages'; `scores` holds the completions of all groups in order, per reward function.
 */
export function rewardMetrics({
  rewards,
  zeroStd,
  scores = {},
}: {
  rewards: readonly (readonly (number | null)[])[];
  zeroStd: readonly boolean[];
  scores?: Readonly<Record<string, readonly (number | null)[]>>;
}): Record<string, number> {
  if (zeroStd.length !== rewards.length)
    throw new RangeError(`zeroStd is of ${zeroStd.length} groups, rewards of ${rewards.length}.`);
  const all = scoredOnly(rewards.flat());
  const metrics: Record<string, number> = {};
  if (all.length > 0) Object.assign(metrics, { reward: mean(all), reward_std: sampleStd(all) });
  if (zeroStd.length > 0) metrics.frac_reward_zero_std = zeroStd.filter(Boolean).length / zeroStd.length;
  for (const [name, values] of Object.entries(scores)) {
    const scored = scoredOnly(values);
    if (scored.length === 0) continue;
    metrics[`rewards/${name}/mean`] = mean(scored);
    metrics[`rewards/${name}/std`] = sampleStd(scored);
  }
  return metrics;
}

/**
 * completions/{mean,min,max}_length in tokens, clipped_ratio (share cut at the token limit), mean_terminated_length over
 * those that ended by themselves (0 when none did, as in TRL).
 */
export function completionMetrics(
  completions: readonly { length: number; truncated: boolean }[],
): Record<string, number> {
  if (completions.length === 0) return {};
  const lengths = completions.map(({ length }) => length);
  const terminated = completions.filter(({ truncated }) => !truncated).map(({ length }) => length);
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/clipped_ratio': 1 - terminated.length / completions.length,
    'completions/mean_terminated_length': terminated.length > 0 ? mean(terminated) : 0,
  };
}

const EXECUTION_OUTCOMES = ['ok', 'wrong', 'error', 'timeout', 'empty'] as const;
export type ExecutionOutcome = (typeof EXECUTION_OUTCOMES)[number];

/** execution/{outcome}: share of the completions whose query ended so. */
export function executionMetrics(outcomes: readonly ExecutionOutcome[]): Record<string, number> {
  if (outcomes.length === 0) return {};
  return Object.fromEntries(
    EXECUTION_OUTCOMES.map((outcome) => [
      `execution/${outcome}`,
      outcomes.filter((o) => o === outcome).length / outcomes.length,
    ]),
  );
}

/** sampler_logprob_gap: the largest |sampler − trainer| log-probability over tokens whose mask is on; the three have one length. */
export function samplerLogProbGap(
  sampler: ArrayLike<number>,
  trainer: ArrayLike<number>,
  mask: ArrayLike<number>,
): number {
  if (sampler.length !== trainer.length || sampler.length !== mask.length) {
    throw new RangeError(
      `sampler has ${sampler.length} log-probabilities, trainer ${trainer.length}, mask ${mask.length}.`,
    );
  }
  let gap = 0;
  for (let i = 0; i < sampler.length; i++) {
    if (!mask[i]) continue;
    // Math.max keeps a NaN, which a comparison would lose.
    gap = Math.max(gap, Math.abs((sampler[i] ?? 0) - (trainer[i] ?? 0)));
  }
  return gap;
}

function scoredOnly(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
