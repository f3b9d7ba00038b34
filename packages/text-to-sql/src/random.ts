/** A generator keyed by integers: the same key always draws the same values, whoever asks and in whatever order. */

/** One round of a 32-bit finalizer (murmur3): spreads every input bit over the word. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

export interface Draw {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** One of the items, each as likely. */
  pick<T>(items: readonly T[]): T;
  /** One of the items, by weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

/** A stream of draws for `key`; streams of different keys are independent. */
export function keyedDraw(...key: number[]): Draw {
  let state = key.reduce((hash, part) => mix(Math.imul(hash, 31) + part + 0x9e3779b9), 0x6a09e667);
  const uniform = () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(mix(state) ^ 0x5bd1e995) >>> 0) / 2 ** 32;
  };
  const pick = <T>(items: readonly T[]): T => items[Math.floor(uniform() * items.length)] as T;
  return {
    uniform,
    chance: (p) => uniform() < p,
    pick,
    weighted: <T>(items: readonly (readonly [number, T])[]): T => {
      let left = uniform() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[1];
    },
  };
}
