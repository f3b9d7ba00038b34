/** How much better one side is than another, with an interval for other questions and other seeds than those at hand. */
import { keyedRandom } from './keyed-random.ts';
import type { PairedBootstrap } from './paired-bootstrap.ts';
import { quantile } from './quantile.ts';
import { mean, variance } from './seeds.ts';
import { accuracies, type Side, sameSeeds, sortedSide } from './side.ts';
import { studentQuantile95 } from './student.ts';

/**
 * Two-level bootstrap (Davison & Hinkley 1997, section 3.8): each of `samples` resamples draws seeds with replacement, then
 * questions with replacement; a drawn question brings the answers of both sides, and where both sides have the same seeds a
 * drawn seed brings the runs of both. Of n ≥ 2 seeds n − 1 are drawn, so that the spread between seeds is not understated
 * (Rao & Wu 1988). Few seeds say little about that spread: the percentile interval is widened around the difference by
 * Student's over the normal quantile, with Welch–Satterthwaite degrees of freedom. Chance that belongs to a question in one
 * run alone is counted with both levels (Owen 2007, "The pigeonhole bootstrap"): of simulated equal sides, 5 % are told apart
 * where seeds differ much, fewer where they do not. With one seed a side it is the plain interval over questions, and speaks
 * of these two policies only. The same `key` gives the same interval.
 */
export function bootstrapSeeds(
  sides: { base: Side; final: Side },
  { samples = 10_000, key }: { samples?: number; key: number },
): PairedBootstrap {
  const base = sortedSide(sides.base);
  const final = sortedSide(sides.final);
  const questions = base.correct[0]?.length ?? 0;
  if (final.correct[0]?.length !== questions)
    throw new RangeError(
      `Base has ${questions} answers, final ${final.correct[0]?.length}; expected the same questions.`,
    );
  const paired = sameSeeds(base, final);
  const points = mean(accuracies(final)) - mean(accuracies(base));
  const gains = new Float64Array(questions);
  const resampled = Float64Array.from({ length: samples }, (_, sample) => {
    const random = keyedRandom(key, sample);
    const baseDraws = drawSeeds(base.seeds.length, random);
    const finalDraws = paired ? baseDraws : drawSeeds(final.seeds.length, random);
    gains.fill(0);
    addAnswers(gains, base, baseDraws, -1);
    addAnswers(gains, final, finalDraws, 1);
    let gain = 0;
    // The number of questions is far below 2^32, so scaling an integer is as good as even.
    for (let draw = 0; draw < questions; draw++) gain += gains[Math.floor((random() / 2 ** 32) * questions)] as number;
    return (100 * gain) / questions;
  }).sort();
  const widening = studentQuantile95(degreesOfFreedom(base, final, paired, resampled)) / studentQuantile95(Infinity);
  const end = (share: number): number => points + widening * (quantile(resampled, share) - points);
  return { points, ci95: [end(0.025), end(0.975)] };
}

/** How often each seed is drawn. */
function drawSeeds(n: number, random: () => number): number[] {
  const times = new Array<number>(n).fill(0);
  for (let draw = 0; draw < Math.max(1, n - 1); draw++) {
    const drawn = Math.floor((random() / 2 ** 32) * n);
    times[drawn] = (times[drawn] as number) + 1;
  }
  return times;
}

/** Adds the mean answer of the drawn runs to each question's gain. */
function addAnswers(gains: Float64Array, { correct }: Side, times: readonly number[], sign: 1 | -1): void {
  const draws = times.reduce((sum, count) => sum + count, 0);
  for (const [run, count] of times.entries()) {
    if (count === 0) continue;
    const answers = correct[run] as Uint8Array;
    const weight = (sign * count) / draws;
    for (let q = 0; q < gains.length; q++) gains[q] = (gains[q] as number) + weight * (answers[q] as number);
  }
}

/** Welch–Satterthwaite: only the parts of the variance that stem from few seeds take degrees away. */
function degreesOfFreedom(base: Side, final: Side, paired: boolean, resampled: Float64Array): number {
  const scores = [accuracies(base), accuracies(final)] as const;
  const parts = (paired ? [scores[1].map((score, i) => score - (scores[0][i] as number))] : scores)
    .filter(({ length }) => length > 1)
    .map((values) => ({ ofMean: variance(values) / values.length, degrees: values.length - 1 }));
  const taken = parts.reduce((sum, { ofMean, degrees }) => sum + ofMean ** 2 / degrees, 0);
  if (taken === 0) return Infinity;
  const total = resampled.length > 1 ? variance([...resampled]) : 0;
  return Math.max(total ** 2 / taken, Math.min(...parts.map(({ degrees }) => degrees)));
}
