/** Counter-based random numbers: a pure function of a key of integers, so no draw depends on which draws came before it. */

/** Finalizer of MurmurHash3 (32 bit): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Two 32-bit lanes; the second sees the first, so the pair carries 64 bits of the key. */
interface Lanes {
  a: number;
  b: number;
}

function absorbWord({ a, b }: Lanes, word: number): Lanes {
  const nextA = mix(Math.imul(a, 0x9e3779b1) ^ word);
  return { a: nextA, b: mix(Math.imul(b, 0xcc9e2d51) + nextA + 0x6d2b79f5) };
}

function absorb(lanes: Lanes, key: readonly number[]): Lanes {
  let state = lanes;
  for (const value of key) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`random key holds ${value}; keys are integers`);
    state = absorbWord(state, value | 0);
    if (value !== (value | 0)) state = absorbWord(state, Math.floor(value / 2 ** 32) ^ 0x5bd1e995);
  }
  return state;
}

const start: Lanes = { a: 0x243f6a88, b: 0x85a308d3 };

function toUniform({ a, b }: Lanes): number {
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53;
}

/** A uniform number in [0, 1) with 53 random bits, determined by `key` alone. */
export function keyedUniform(key: readonly number[]): number {
  return toUniform(absorb(start, key));
}

/** The same as `index => keyedUniform([...key, index])`, hashing the common key once. */
export function keyedStream(key: readonly number[]): (index: number) => number {
  const prefix = absorb(start, key);
  return (index) => toUniform(absorb(prefix, [index]));
}
