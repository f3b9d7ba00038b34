/** How much better one policy is than another on the same questions, with an interval. */
import { keyedRandom } from './keyed-random.ts';
import { quantile } from './quantile.ts';
import { requireCount } from './require-count.ts';

export interface PairedBootstrap {
  /** Accuracy of `final` minus that of `base`, in percentage points. */
  points: number;
  /** 95 % percentile interval of `points`. */
  ci95: [number, number];
}

/**
 * Bootstrap over questions (Efron & Tibshirani 1993, chapter 13): each of `samples` resamples draws as many questions as
 * there are, with replacement, and both answers of a drawn question stay together. Entry i of both lists is question i.
 * The same seed gives the same interval. Throws when lengths differ or there is no question.
 */
export function pairedBootstrap({
  baseCorrect,
  finalCorrect,
  samples = 10_000,
  seed,
}: {
  baseCorrect: readonly boolean[];
  finalCorrect: readonly boolean[];
  samples?: number;
  seed: number;
}): PairedBootstrap {
  const n = baseCorrect.length;
  if (n === 0 || finalCorrect.length !== n) {
    throw new RangeError(
      `Base has ${n} answers, final ${finalCorrect.length}; expected the same questions, at least one.`,
    );
  }
  requireCount('samples', samples);
  if (samples === 0) throw new RangeError('samples is 0; expected at least 1.');
  const gains = Int8Array.from(baseCorrect, (base, i) => Number(finalCorrect[i]) - Number(base));
  const toPoints = (gain: number) => (100 * gain) / n;
  const resampled = Float64Array.from({ length: samples }, (_, sample) => {
    const random = keyedRandom(seed, sample);
    let gain = 0;
    // n is far below 2^32, so scaling an integer is as good as even.
    for (let draw = 0; draw < n; draw++) gain += gains[Math.floor((random() / 2 ** 32) * n)] ?? 0;
    return toPoints(gain);
  }).sort();
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return { points: toPoints(total), ci95: [quantile(resampled, 0.025), quantile(resampled, 0.975)] };
}
