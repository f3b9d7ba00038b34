/** Joins several reward functions into the one reward per completion that advantages are computed from. */

/**
 * r_i = Σ_k w_k r_{i,k} over the reward functions that could score completion i; null when none could.
 *
 * `scores` holds per reward function one score per completion (null: cannot be scored); `weights` one factor per function.
 * Throws when lengths differ, rather than broadcasting, and on a score or weight that is not a finite number.
 */
export function combineRewards({
  scores,
  weights,
}: {
  scores: Readonly<Record<string, readonly (number | null)[]>>;
  weights: Readonly<Record<string, number>>;
}): (number | null)[] {
  const names = Object.keys(scores);
  const completions = scores[names[0] ?? '']?.length ?? 0;
  for (const name of new Set([...names, ...Object.keys(weights)])) {
    const weight = weights[name];
    const length = scores[name]?.length;
    if (weight === undefined || !Number.isFinite(weight))
      throw new RangeError(`Weight of reward "${name}" is ${weight}; expected a finite number.`);
    if (length !== completions)
      throw new RangeError(`Reward "${name}" scored ${length ?? 'no'} completions; expected ${completions}.`);
  }
  return Array.from({ length: completions }, (_, i) => {
    let sum: number | null = null;
    for (const name of names) {
      const score = scores[name]?.[i] ?? null;
      if (score === null) continue;
      if (!Number.isFinite(score))
        throw new RangeError(`Reward "${name}" of completion ${i} is ${score}; expected a finite number, or null.`);
      sum = (sum ?? 0) + score * (weights[name] ?? 0);
    }
    return sum;
  });
}
