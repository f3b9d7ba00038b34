/**
 * Correction for completions that another engine sampled than the one that trains: the two give the same token different
 * probabilities, even with equal weights. As TRL 1.16 corrects for vLLM (`vllm_importance_sampling_correction`): plain numbers in,
 * plain numbers out.
 */
import { mean } from './moments.ts';

export const correctionModes = ['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'] as const;
export type CorrectionMode = (typeof correctionModes)[number];

/** What bounds the ratios; TRL calls them `vllm_importance_sampling_mode`, `…_clip_max` and `…_clip_min`. */
export interface ImportanceCorrection {
  mode: CorrectionMode;
  cap: number;
  /** Default: none. */
  floor?: number | undefined;
}

export interface SampledElsewhere {
  /** Log-probability of each token under the policy in training, as it was when the completion was sampled. */
  logProbs: readonly number[];
  /** The same under what sampled it; null where that is not known: such a token is not corrected. */
  samplingLogProbs: readonly (number | null)[];
  /** Tokens that are in the loss; default: all. */
  mask?: readonly boolean[] | undefined;
}

/**
 * The weight of each token in the loss: of `token_…` modes one a token, of `sequence_…` modes one for the completion (length 1). The ratio is
 * π_policy/π_sampler, of a sequence the product over its tokens; outside [floor, cap] it is truncated to the bound, or, with `…_mask`, 0.
 */
export function importanceWeights(completion: SampledElsewhere, correction: ImportanceCorrection): number[] {
  const { mode, cap, floor = Number.NEGATIVE_INFINITY } = correction;
  const differences = differencesOf(completion).map((difference) => difference ?? 0);
  const logRatios = mode.startsWith('sequence') ? [differences.reduce((sum, each) => sum + each, 0)] : differences;
  return logRatios.map((logRatio) => {
    const ratio = Math.exp(logRatio);
    if (mode.endsWith('truncate')) return Math.min(Math.max(ratio, floor), cap);
    return ratio < floor || ratio > cap ? 0 : ratio;
  });
}

/**
 * What TRL logs of it: sampling/sampling_logp_difference/{mean,max} over tokens, absolute, and, with a correction,
 * sampling/importance_sampling_ratio/{min,mean,max} of the weights above; 0 where there is nothing to take them of.
 */
export function samplingMetrics(
  completions: readonly SampledElsewhere[],
  correction: ImportanceCorrection | null,
): Record<string, number> {
  const gaps = completions.flatMap((completion) =>
    differencesOf(completion).flatMap((difference, t) =>
      difference === null || !isOn(completion, t) ? [] : [Math.abs(difference)],
    ),
  );
  const metrics: Record<string, number> = {
    'sampling/sampling_logp_difference/mean': gaps.length === 0 ? 0 : mean(gaps),
    'sampling/sampling_logp_difference/max': gaps.reduce((most, gap) => Math.max(most, gap), 0),
  };
  if (correction === null) return metrics;
  const ofSequences = correction.mode.startsWith('sequence');
  const weights = completions.flatMap((completion) =>
    importanceWeights(completion, correction).filter((_, t) => ofSequences || isOn(completion, t)),
  );
  const smallest = weights.reduce((least, weight) => Math.min(least, weight), Number.POSITIVE_INFINITY);
  return {
    ...metrics,
    'sampling/importance_sampling_ratio/min': weights.length === 0 ? 0 : smallest,
    'sampling/importance_sampling_ratio/mean': weights.length === 0 ? 0 : mean(weights),
    'sampling/importance_sampling_ratio/max': weights.reduce((most, weight) => Math.max(most, weight), 0),
  };
}

/** Share of the tokens in the loss whose log-probability under what sampled them is not known, so that nothing above looks at them. */
export function unknownShare(completions: readonly SampledElsewhere[]): number {
  const unknown = completions.flatMap((completion) =>
    completion.samplingLogProbs.flatMap((logProb, t) => (isOn(completion, t) ? [Number(logProb === null)] : [])),
  );
  return unknown.length === 0 ? 0 : mean(unknown);
}

function isOn({ mask }: SampledElsewhere, token: number): boolean {
  return mask?.[token] ?? true;
}

/** Per token: policy − sampler; 0 outside the mask, null where the sampler's is not known. */
function differencesOf(completion: SampledElsewhere): (number | null)[] {
  const { logProbs, samplingLogProbs } = completion;
  if (logProbs.length !== samplingLogProbs.length)
    throw new RangeError(`${logProbs.length} log-probabilities, ${samplingLogProbs.length} of the sampler.`);
  return logProbs.map((logProb, t) => {
    if (!isOn(completion, t)) return 0;
    const sampling = samplingLogProbs[t] ?? null;
    return sampling === null ? null : logProb - sampling;
  });
}
