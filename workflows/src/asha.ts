/** Asynchronous successive halving (arXiv 1810.05934): at which updates trials are compared, and which of them go on. Pure. */

/** Updates at which trials stop to be compared: minUpdates · reduction^k, below the last update. */
export function rungsOf(
  { minUpdates, reduction }: { minUpdates: number; reduction: number },
  updates: number,
): number[] {
  const rungs: number[] = [];
  for (let rung = minUpdates; rung < updates; rung *= reduction) rungs.push(rung);
  return rungs;
}

/** A trial that was scored at a rung. */
export interface RungScore {
  trial: string;
  dev: number;
  promoted: boolean;
}

/**
 * The best of the trials scored at one rung so far that goes on to the next: it is among the best 1/reduction and not promoted yet.
 * Null when there is none. Of equal trials the one scored first comes first.
 */
export function promotable<Score extends RungScore>(scored: readonly Score[], reduction: number): Score | null {
  const places = Math.floor(scored.length / reduction);
  return (
    bestFirst(scored)
      .slice(0, places)
      .find(({ promoted }) => !promoted) ?? null
  );
}

/** By dev accuracy, highest first; equal ones stay in their order. */
export function bestFirst<Score extends { dev: number }>(scored: readonly Score[]): Score[] {
  return [...scored].sort((a, b) => b.dev - a.dev);
}
