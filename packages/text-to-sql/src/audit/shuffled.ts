/** Items in random order. */
import type { Draw } from '../random.ts';

export function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(draw.uniform() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
