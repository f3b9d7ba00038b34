/** Smooths a line as TensorBoard does: an exponential moving average without the pull towards zero at its beginning. */
import type { ChartPoint } from './chart-types.ts';

/**
 * `weight` in [0, 1) is how much of the average stays from one step to the next; a step is the usual distance of two points.
 * Over a wider gap more of it is forgotten, so thinning a series hardly changes its smooth line. 0 gives the points.
 */
export function smooth(points: readonly ChartPoint[], weight: number): ChartPoint[] {
  if (weight <= 0 || points.length < 3) return [...points];
  const step = usualStep(points);
  let [average, mass] = [0, 0];
  let before = points[0]?.[0] ?? 0;
  return points.map(([x, y], index) => {
    const kept = index === 0 ? 0 : weight ** Math.max((x - before) / step, Number.EPSILON);
    before = x;
    average = kept * average + (1 - kept) * y;
    mass = kept * mass + (1 - kept);
    return [x, average / mass];
  });
}

/** What a tenth of the distances does not exceed: thinned series have wide gaps between pairs of close neighbours. */
function usualStep(points: readonly ChartPoint[]): number {
  const steps = points.slice(1).map(([x], index) => x - (points[index]?.[0] ?? 0));
  const sorted = steps.filter((each) => each > 0).sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 10)] ?? 1;
}
