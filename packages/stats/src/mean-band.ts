/** The mean of several curves with the spread around it: what seeds of one experiment have in common over training. */
import { mean, standardError } from './seeds.ts';

export type Point = readonly [x: number, y: number];

export interface MeanPoint {
  x: number;
  mean: number;
  /** Standard error of the mean (n − 1); null where there is one curve only. */
  error: number | null;
  /** Curves that reach this x. */
  n: number;
}

/**
 * At every x that any curve has, the mean over the curves whose range covers it; a curve without a point of its own there
 * counts with the straight line between its neighbours. Points of each curve are in ascending order of x.
 */
export function meanBand(curves: readonly (readonly Point[])[]): MeanPoint[] {
  const every = [...new Set(curves.flatMap((curve) => curve.map(([x]) => x)))].sort((left, right) => left - right);
  const readers = curves.filter((curve) => curve.length > 0).map(readerOf);
  return every.map((x) => {
    const values = readers.map((read) => read(x)).filter((value) => value !== null);
    return { x, mean: mean(values), error: values.length < 2 ? null : standardError(values), n: values.length };
  });
}

/** Reads a curve at ascending x; null outside its range. */
function readerOf(curve: readonly Point[]): (x: number) => number | null {
  let next = 0;
  return (x) => {
    while (next < curve.length && (curve[next] as Point)[0] < x) next++;
    const after = curve[next];
    if (after === undefined) return null;
    if (after[0] === x) return after[1];
    const before = curve[next - 1];
    if (before === undefined) return null;
    return before[1] + ((after[1] - before[1]) * (x - before[0])) / (after[0] - before[0]);
  };
}
