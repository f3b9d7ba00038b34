/** Random moments that can be repeated: QUERYLOOP_FAULT_SEED names the seed that an earlier suite printed. */
import { keyedUniform } from '@queryloop/stats';

/** Integers from 0 to below `limit`. */
export type Draw = (limit: number) => number;

/** Seed of this suite. */
export const faultSeed = Number(process.env['QUERYLOOP_FAULT_SEED'] ?? Date.now() % 1_000_000);

/** A stream of draws for one run of the suite. */
export function openDraw(run: number): Draw {
  let drawn = 0;
  return (limit) => Math.floor(keyedUniform(faultSeed, run, `draw ${drawn++}`) * Math.max(1, limit));
}
