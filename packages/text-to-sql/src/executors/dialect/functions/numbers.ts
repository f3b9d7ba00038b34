/** MariaDB's functions of numbers. */
import { crc32 } from 'node:zlib';
import { compareText } from './sort-key.ts';
import { type Evaluate, roundTo, strict, toInteger, toNumber, toText, type Value } from './values.ts';

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Logarithms of what has none are NULL. */
const logarithm =
  (evaluate: (value: number) => number): Evaluate =>
  (value) =>
    toNumber(value) > 0 ? evaluate(toNumber(value)) : null;

function truncate(value: number, digits: number): number {
  const rounded = roundTo(value, digits);
  if (Math.abs(rounded) <= Math.abs(value)) return rounded;
  return roundTo(rounded - Math.sign(value) * 10 ** -digits, digits);
}

/** Digits of a base from 2 to 36. */
function convert(value: Value | undefined, from: number, to: number): string | null {
  const [source, target] = [Math.abs(from), Math.abs(to)];
  if (source < 2 || source > 36 || target < 2 || target > 36) return null;
  const text = toText(value).trim().toLowerCase();
  const negative = text.startsWith('-');
  let sum = 0n;
  for (const digit of text.replace(/^[+-]/, '')) {
    const place = Number.parseInt(digit, 36);
    if (Number.isNaN(place) || place >= source) break;
    sum = sum * BigInt(source) + BigInt(place);
  }
  return BigInt.asUintN(64, negative ? -sum : sum)
    .toString(target)
    .toUpperCase();
}

const extreme =
  (sign: 1 | -1): Evaluate =>
  (...values) => {
    const numeric = values.some((value) => typeof value !== 'string');
    const compare = (a: Value, b: Value): number =>
      numeric ? toNumber(a) - toNumber(b) : compareText(toText(a), toText(b));
    const best = values.reduce((found, value) => (sign * compare(value, found) > 0 ? value : found));
    // Of numbers and texts the result is a text.
    return values.some((value) => typeof value === 'string') ? toText(best) : best;
  };

function format(value: number, digits: number): string {
  const [whole = '', decimals] = Math.abs(roundTo(value, digits)).toFixed(Math.max(0, digits)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}

const whole = (value: Value | undefined): bigint => BigInt.asUintN(64, BigInt(toInteger(value)));

export const numberFunctions: Record<string, Evaluate> = {
  my_atan: strict((y, x) => (x === undefined ? Math.atan(toNumber(y)) : Math.atan2(toNumber(y), toNumber(x)))),
  my_bin: strict((value) => convert(toInteger(value), 10, 2)),
  my_oct: strict((value) => convert(toInteger(value), 10, 8)),
  my_conv: strict((value, from, to) => convert(value, toInteger(from), toInteger(to))),
  my_bit_count: strict((value) => whole(value).toString(2).replaceAll('0', '').length),
  my_cot: strict((value) => finite(1 / Math.tan(toNumber(value)))),
  my_crc32: strict((value, more) =>
    more === undefined ? crc32(toText(value)) : crc32(toText(more), toInteger(value)),
  ),
  my_decimal: strict((value, precision, scale) => {
    const most = 10 ** (toNumber(precision) - toNumber(scale)) - 10 ** -toNumber(scale);
    return Math.min(most, Math.max(-most, roundTo(toNumber(value), toNumber(scale))));
  }),
  my_div: strict((a, b) => {
    const divisor = toNumber(b);
    return divisor === 0 ? null : Math.trunc(toNumber(a) / divisor) + 0;
  }),
  my_format: strict((value, digits) => format(toNumber(value), Math.min(38, Math.max(0, toInteger(digits))))),
  my_greatest: strict(extreme(1)),
  my_least: strict(extreme(-1)),
  my_interval: (value, ...steps) => {
    if (value === null) return -1;
    const found = steps.findIndex((step) => step !== null && toNumber(step) > toNumber(value));
    return found < 0 ? steps.length : found;
  },
  my_ln: strict(logarithm(Math.log)),
  my_log: strict((base, value) => {
    if (value === undefined) return logarithm(Math.log)(base as Value);
    const [b, x] = [toNumber(base), toNumber(value)];
    return b <= 0 || b === 1 || x <= 0 ? null : Math.log(x) / Math.log(b);
  }),
  my_log10: strict(logarithm(Math.log10)),
  my_log2: strict(logarithm(Math.log2)),
  my_mod: strict((a, b) => {
    const divisor = toNumber(b);
    return divisor === 0 ? null : roundTo(toNumber(a) % divisor, 9);
  }),
  my_nullif: (value, other) => {
    if (value === null || other === null) return value ?? null;
    const texts = typeof value === 'string' && typeof other === 'string';
    const same = texts ? compareText(value, other) === 0 : toNumber(value) === toNumber(other);
    return same ? null : (value ?? null);
  },
  my_nvl2: (value, some, none) => (value === null ? (none ?? null) : (some ?? null)),
  my_pow: strict((base, exponent) => finite(toNumber(base) ** toNumber(exponent))),
  my_round: strict((value, digits) =>
    roundTo(toNumber(value), digits === undefined ? 0 : Math.min(30, toInteger(digits))),
  ),
  my_signed: strict((value) =>
    typeof value === 'string' ? Math.trunc(toNumber(/^\s*[+-]?\d+/.exec(value)?.[0] ?? 0)) : toInteger(value),
  ),
  my_truncate: strict((value, digits) => truncate(toNumber(value), Math.min(30, toInteger(digits)))),
  my_xor: strict((a, b) => BigInt.asIntN(64, whole(a) ^ whole(b))),
};
