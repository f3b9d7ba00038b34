/** Random integers keyed by (seed, stream): what one stream draws does not depend on how many others were drawn before it. */

/** 2^32 divided by the golden ratio, made odd: the increment of SplitMix. */
const GOLDEN = 0x9e3779b9;

/**
 * SplitMix32: a Weyl sequence through the 32-bit finaliser of MurmurHash3; the starting point is the mixed key. Returns
 * integers in [0, 2^32), the same on every platform.
 */
export function keyedRandom(seed: number, stream: number): () => number {
  let state = mix(mix(seed | 0) + Math.imul(stream | 0, GOLDEN));
  return () => {
    state = (state + GOLDEN) | 0;
    return mix(state) >>> 0;
  };
}

/** One number in [0, 1) of 53 bits, keyed by a seed, a stream and a name: neither other streams nor other names change it. */
export function keyedUniform(seed: number, stream: number, name: string): number {
  // FNV-1a over UTF-16 code units.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const random = keyedRandom(keyedRandom(seed, hash)(), stream);
  return ((random() >>> 5) * 2 ** 26 + (random() >>> 6)) / 2 ** 53;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
