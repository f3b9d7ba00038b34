/** Brings curves with x of their own onto one axis, as uPlot wants them. */
import type { ChartPoint } from './chart-types.ts';

/** Values at the x of the first list; undefined where a curve has no point: its line goes on. */
export type Aligned = [xs: number[], ...columns: (number | undefined)[][]];

export function align(curves: readonly (readonly ChartPoint[])[]): Aligned {
  const xs = [...new Set(curves.flatMap((curve) => curve.map(([x]) => x)))].sort((left, right) => left - right);
  const places = new Map(xs.map((x, index) => [x, index]));
  const columns = curves.map((curve) => {
    const column = new Array<number | undefined>(xs.length).fill(undefined);
    for (const [x, y] of curve) column[places.get(x) as number] = y;
    return column;
  });
  return [xs, ...columns];
}

/** Index of the point that is nearest to an x; null without any. */
export function nearest(points: readonly ChartPoint[], x: number): number | null {
  if (points.length === 0) return null;
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as ChartPoint)[0] < x) low = middle + 1;
    else high = middle;
  }
  const before = points[low - 1];
  return before !== undefined && x - before[0] < (points[low] as ChartPoint)[0] - x ? low - 1 : low;
}
