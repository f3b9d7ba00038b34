/** Quantiles of a sample. */

/** Linear interpolation between the order statistics around `share` (type 7 of Hyndman & Fan 1996); `sorted` ascending. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? 0;
  const high = sorted[Math.ceil(position)] ?? 0;
  return low + (high - low) * (position - Math.floor(position));
}
