/** Values of SQLite as MariaDB's functions see them. */

export type Value = string | number | bigint | Buffer | null;

export type Evaluate = (...values: Value[]) => Value;

export function toText(value: Value | undefined): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value ?? '');
}

/** A text counts as the number it begins with. */
export function toNumber(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return Number(/^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.exec(toText(value))?.[1] ?? 0);
}

/** Rounded half away from zero, as arguments that count are. */
export const toInteger = (value: Value | undefined): number => roundTo(toNumber(value), 0);

/** Half away from zero, by the decimal digits that a number shows. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const shifted = Number(`${mantissa}e${Number(exponent) + digits}`);
  if (!Number.isFinite(shifted)) return value;
  const [whole = '0', power = '0'] = String(Math.round(shifted)).split('e');
  return Math.sign(value) * Number(`${whole}e${Number(power) - digits}`);
}

/** Whole numbers leave as integers: SQLite would write 2001.0 for a floating-point number. */
export function toSqliteValue(value: Value): Value {
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return null;
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** Result NULL as soon as an argument is. */
export const strict =
  (evaluate: Evaluate): Evaluate =>
  (...values) =>
    values.includes(null) ? null : evaluate(...values);
