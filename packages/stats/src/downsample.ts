/** Thins a series for drawing without hiding a spike. */

/**
 * Indices of at most `most` values, ascending: the first, the last, and of every bucket of neighbours the smallest and the
 * largest, so every extreme of the series stays (min/max downsampling; LTTB may drop them). A series that fits stays whole.
 * Of equal values the first one is kept. Deterministic. @throws RangeError when `most` is below 4 or no whole number
 */
export function downsampleMinMax(values: ArrayLike<number>, most: number): number[] {
  if (!Number.isInteger(most) || most < 4)
    throw new RangeError(`most is ${most}; expected a whole number of at least 4`);
  const { length } = values;
  if (length <= most) return Array.from({ length }, (_, index) => index);
  // Two of every bucket, and room for the ends.
  const buckets = Math.floor((most - 2) / 2);
  const kept: number[] = [0];
  const keep = (index: number): void => {
    if (index !== kept.at(-1)) kept.push(index);
  };
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * length) / buckets);
    const { low, high } = extremes(values, Math.floor((bucket * length) / buckets), end);
    keep(Math.min(low, high));
    keep(Math.max(low, high));
  }
  keep(length - 1);
  return kept;
}

/** Where the smallest and the largest of values[start, end) are. */
function extremes(values: ArrayLike<number>, start: number, end: number): { low: number; high: number } {
  let [low, high] = [start, start];
  for (let index = start + 1; index < end; index++) {
    const value = values[index] as number;
    if (value < (values[low] as number)) low = index;
    if (value > (values[high] as number)) high = index;
  }
  return { low, high };
}
