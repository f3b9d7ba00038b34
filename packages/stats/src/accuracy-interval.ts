/** Interval of one side's accuracy, for other seeds and questions than those at hand. */
import { bootstrapSeeds } from './bootstrap-seeds.ts';
import { mean } from './seeds.ts';
import { accuracies, type Side } from './side.ts';
import { wilsonInterval } from './wilson.ts';

export interface AccuracyInterval {
  /** Mean over seeds, in percent. */
  accuracy: number;
  /** 95 %, in percent. */
  ci95: [number, number];
}

/**
 * With several seeds the two-level bootstrap of `bootstrapSeeds`, with nothing to compare to. With one seed, and where all answers
 * are alike so that resampling shows no chance at all, Wilson's interval over questions. The same `key` gives the same interval.
 */
export function accuracyInterval(side: Side, options: { samples?: number; key: number }): AccuracyInterval {
  const scores = accuracies(side);
  const accuracy = mean(scores);
  const questions = side.correct[0]?.length ?? 0;
  if (scores.length === 1 || accuracy === 0 || accuracy === 100) {
    const [low, high] = wilsonInterval(Math.round((accuracy * questions) / 100), questions);
    return { accuracy, ci95: [100 * low, 100 * high] };
  }
  const nothing: Side = { seeds: side.seeds, correct: side.correct.map(() => new Uint8Array(questions)) };
  const [low, high] = bootstrapSeeds({ base: nothing, final: side }, options).ci95;
  return { accuracy, ci95: [Math.max(0, low), Math.min(100, high)] };
}
