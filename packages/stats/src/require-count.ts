/** The one check every count in this package passes. */

/** Throws unless `value` is a whole number from 0 to `most`. */
export function requireCount(name: string, value: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${name} is ${value}; expected a whole number from 0 to ${most}.`);
  }
}
