/** Everything `queryloop compare` says about two sides, and its verdicts on several comparisons with one reference. */
import { bootstrapSeeds } from './bootstrap-seeds.ts';
import { holm } from './holm.ts';
import { exactMcNemar } from './mcnemar.ts';
import type { PairedBootstrap } from './paired-bootstrap.ts';
import { seedsToDecide } from './power.ts';
import { mean, variance } from './seeds.ts';
import { accuracies, type Side, sameSeeds, sortedSide } from './side.ts';

export interface SideComparison extends PairedBootstrap {
  /** Questions that `final` answers right in more of its seeds than `base`, and in fewer. */
  won: number;
  lost: number;
  /** Exact p of won against lost. */
  mcnemarP: number;
  /** Whether runs were paired by seed. */
  paired: boolean;
  /** Seeds a side for a power of 80 %; null when one seed says nothing of the spread, or when no number up to 1000 will do. */
  seedsToDecide: number | null;
}

export type Verdict = 'better' | 'worse' | 'undecided';

export interface JudgedComparison extends SideComparison {
  /** McNemar's p after Holm's correction for all comparisons judged together. */
  holmP: number;
  verdict: Verdict;
  /** Seeds to add to each side before the verdict is likely to fall; 0 once it has. Null as in `seedsToDecide`. */
  seedsNeeded: number | null;
}

/** Compares `final` with `base` on the same questions; see bootstrapSeeds and questionsWon for what is paired with what. */
export function compareSides(
  sides: { base: Side; final: Side },
  options: { samples?: number; key: number },
): SideComparison {
  const base = sortedSide(sides.base);
  const final = sortedSide(sides.final);
  const bootstrap = bootstrapSeeds({ base, final }, options);
  const { won, lost } = questionsWon(base, final);
  return {
    ...bootstrap,
    won,
    lost,
    mcnemarP: exactMcNemar(lost, won),
    paired: sameSeeds(base, final),
    seedsToDecide: seedsOf(base, final),
  };
}

/**
 * Better or worse where the bootstrap interval leaves 0 out and Holm's p is below 0.05; undecided otherwise. The interval
 * answers for other seeds and questions, the test for chance among the questions, Holm for the number of comparisons.
 */
export function judge(comparisons: readonly { comparison: SideComparison; seeds: number }[]): JudgedComparison[] {
  const adjusted = holm(comparisons.map(({ comparison }) => comparison.mcnemarP));
  return comparisons.map(({ comparison, seeds }, i) => {
    const holmP = adjusted[i] as number;
    const [low, high] = comparison.ci95;
    const verdict = holmP >= 0.05 ? 'undecided' : low > 0 ? 'better' : high < 0 ? 'worse' : 'undecided';
    const needed = comparison.seedsToDecide === null ? null : Math.max(1, comparison.seedsToDecide - seeds);
    return { ...comparison, holmP, verdict, seedsNeeded: verdict === 'undecided' ? needed : 0 };
  });
}

/**
 * McNemar's table with several seeds: a question is won by the side that answers it right in more of its seeds, so that it
 * counts once however many seeds there are (with one seed a side: McNemar's own). Both sides put in as many seeds as the
 * smaller has, those that both have first and then the lowest; otherwise the larger would win the easy questions less often.
 */
export function questionsWon(base: Side, final: Side): { won: number; lost: number } {
  const count = Math.min(base.seeds.length, final.seeds.length);
  const rightBase = timesRight(base, count, final.seeds);
  const rightFinal = timesRight(final, count, base.seeds);
  let won = 0;
  let lost = 0;
  for (const [question, times] of rightFinal.entries()) {
    const before = rightBase[question] as number;
    if (times > before) won++;
    else if (times < before) lost++;
  }
  return { won, lost };
}

function timesRight({ seeds, correct }: Side, count: number, preferred: readonly number[]): Uint32Array {
  const shared = new Set(preferred);
  const order = seeds.map((seed, i) => ({ seed, i, last: shared.has(seed) ? 0 : 1 }));
  order.sort((a, b) => a.last - b.last || a.seed - b.seed);
  const times = new Uint32Array(correct[0]?.length ?? 0);
  for (const { i } of order.slice(0, count))
    for (const [question, right] of (correct[i] as Uint8Array).entries())
      times[question] = (times[question] as number) + right;
  return times;
}

/** Seeds a side for the observed difference and spread; sides without common seeds count as two samples. */
function seedsOf(base: Side, final: Side): number | null {
  const before = accuracies(base);
  const after = accuracies(final);
  if (before.length < 2 || after.length < 2) return null;
  const effect = mean(after) - mean(before);
  const paired = sameSeeds(base, final);
  const deviation = paired
    ? Math.sqrt(variance(after.map((score, i) => score - (before[i] as number))))
    : Math.sqrt((variance(before) + variance(after)) / 2);
  return seedsToDecide({ effect, deviation, paired });
}
