/** Weighted draw without replacement. */
import type { Draw } from '@queryloop/text-to-sql';

/**
 * Draws `count` different items (all of them if there are fewer), likelier by weight; in the items' own order.
 * Exponential keys (Efraimidis and Spirakis, 2006): the items with the smallest −log(u)/weight are drawn.
 */
export function drawWithoutReplacement<T>(
  items: readonly T[],
  weight: (item: T) => number,
  count: number,
  draw: Draw,
): T[] {
  if (items.length <= count) return [...items];
  const keyed = items.map((item, i) => ({ item, i, key: -Math.log(1 - draw.uniform()) / weight(item) }));
  const drawn = keyed.sort((a, b) => a.key - b.key || a.i - b.i).slice(0, count);
  return drawn.sort((a, b) => a.i - b.i).map(({ item }) => item);
}
