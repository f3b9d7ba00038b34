/** MariaDB's functions of text. Positions count characters from 1. */
import { patternOf } from './patterns.ts';
import { compareText, sortKey } from './sort-key.ts';
import { type Evaluate, strict, toInteger, toNumber, toText, type Value } from './values.ts';

/** Longest text that a function makes; MariaDB's limit is the packet, 16 MB, and gives NULL too. */
const longest = 1_000_000;

const characters = (value: Value | undefined): string[] => [...toText(value)];

/** SUBSTR(x, from, count): from the end when `from` is negative, nothing when it is 0. */
function part(value: Value | undefined, from: number, count = Number.POSITIVE_INFINITY): string {
  const all = characters(value);
  const start = from < 0 ? all.length + from : from - 1;
  if (from === 0 || start < 0 || count <= 0) return '';
  return all.slice(start, start + count).join('');
}

function locate(needle: Value | undefined, hay: Value | undefined, from = 1): number {
  const [wanted, all] = [toText(needle).toLowerCase(), characters(hay).map((each) => each.toLowerCase())];
  if (from < 1 || from > all.length + 1) return 0;
  const before = all.slice(0, from - 1).join('').length;
  const at = all.join('').indexOf(wanted, before);
  if (at < 0) return 0;
  return [...all.join('').slice(0, at)].length + 1;
}

function pad(
  value: Value | undefined,
  size: Value | undefined,
  filling: Value | undefined,
  left: boolean,
): string | null {
  const all = characters(value);
  const length = toInteger(size);
  const fill = filling === undefined ? [' '] : characters(filling);
  if (length < 0 || length > longest) return null;
  if (all.length >= length) return all.slice(0, length).join('');
  if (fill.length === 0) return null;
  const missing = Array.from({ length: length - all.length }, (_, i) => fill[i % fill.length]).join('');
  return left ? missing + all.join('') : all.join('') + missing;
}

function strip(value: Value | undefined, what: Value | undefined, start: boolean, end: boolean): string {
  let text = toText(value);
  const sign = toText(what);
  if (sign === '') return text;
  while (start && text.startsWith(sign)) text = text.slice(sign.length);
  while (end && text.endsWith(sign)) text = text.slice(0, -sign.length);
  return text;
}

function substringIndex(value: Value | undefined, separator: Value | undefined, count: number): string {
  const sign = toText(separator);
  if (sign === '' || count === 0) return '';
  const parts = toText(value).split(sign);
  return (count > 0 ? parts.slice(0, count) : parts.slice(count)).join(sign);
}

const soundexCodes = '01230120022455012623010202';

function soundex(text: string): string {
  const letters = [...text.toUpperCase()].filter((letter) => /\p{L}/u.test(letter));
  const codeOf = (letter: string): string => soundexCodes[letter.charCodeAt(0) - 65] ?? '0';
  const [first] = letters;
  if (first === undefined) return '';
  let result = first;
  let last = codeOf(first);
  for (const letter of letters.slice(1)) {
    const code = codeOf(letter);
    if (code !== '0' && code !== last) result += code;
    if (code !== '0' || !'HW'.includes(letter)) last = code === '0' ? last : code;
  }
  return result.padEnd(4, '0');
}

/** An escape sign makes the next character stand for itself. */
function like(pattern: Value | undefined, value: Value | undefined, sign: Value | undefined): number {
  const escapeSign = toText(sign);
  let source = '';
  let escaped = false;
  for (const character of toText(pattern)) {
    if (!escaped && character === escapeSign) {
      escaped = true;
      continue;
    }
    if (!escaped && character === '%') source += '[\\s\\S]*';
    else if (!escaped && character === '_') source += '[\\s\\S]';
    else source += character.replace(/[.*+?^${}()|[\]\\/-]/gu, '\\$&');
    escaped = false;
  }
  if (escaped) source += '\\\\';
  return Number(new RegExp(`^(?:${source})$`, 'iu').test(toText(value)));
}

export const textFunctions: Record<string, Evaluate> = {
  my_ascii: strict((value) => Buffer.from(toText(value))[0] ?? 0),
  my_bit_length: strict((value) => 8 * Buffer.byteLength(toText(value))),
  my_concat_ws: (separator, ...values) =>
    separator === null
      ? null
      : values
          .filter((value) => value !== null)
          .map(toText)
          .join(toText(separator)),
  my_elt: (place, ...values) => (place === null ? null : (values[toInteger(place) - 1] ?? null)),
  my_field: (value, ...values) =>
    value === null
      ? 0
      : values.findIndex((each) =>
          each === null
            ? false
            : typeof value === 'string' && typeof each === 'string'
              ? compareText(value, each) === 0
              : toNumber(value) === toNumber(each),
        ) + 1,
  my_find_in_set: strict((value, list) =>
    toText(list) === ''
      ? 0
      : toText(list)
          .split(',')
          .findIndex((each) => compareText(each, toText(value)) === 0) + 1,
  ),
  my_hex: strict((value) =>
    typeof value === 'number' || typeof value === 'bigint'
      ? BigInt.asUintN(64, BigInt(toInteger(value)))
          .toString(16)
          .toUpperCase()
      : Buffer.from(toText(value)).toString('hex').toUpperCase(),
  ),
  my_insert: strict((value, from, count, inserted) => {
    const all = characters(value);
    const start = toInteger(from);
    if (start < 1 || start > all.length) return toText(value);
    const size = toInteger(count);
    const end = size < 0 || start - 1 + size > all.length ? all.length : start - 1 + size;
    return all.slice(0, start - 1).join('') + toText(inserted) + all.slice(end).join('');
  }),
  my_instr: strict((hay, needle) => locate(needle, hay)),
  my_left: strict((value, count) => part(value, 1, toInteger(count))),
  my_length: strict((value) => Buffer.byteLength(toText(value))),
  my_like: strict(like),
  my_locate: strict((needle, hay, from) => locate(needle, hay, from === undefined ? 1 : toInteger(from))),
  my_lower: strict((value) => toText(value).toLowerCase()),
  my_upper: strict((value) => [...toText(value)].map((each) => (each === 'ß' ? each : each.toUpperCase())).join('')),
  my_lpad: strict((value, size, filling) => pad(value, size, filling, true)),
  my_rpad: strict((value, size, filling) => pad(value, size, filling, false)),
  my_ord: strict((value) => Buffer.from(characters(value)[0] ?? '').reduce((sum, byte) => sum * 256 + byte, 0)),
  my_quote: (value) =>
    value === null
      ? 'NULL'
      : `'${toText(value).replace(/[\\']/g, '\\$&').replaceAll('\u0000', '\\0').replaceAll('\u001a', '\\Z')}'`,
  my_repeat: strict((value, count) => {
    const times = Math.max(0, toInteger(count));
    return times * toText(value).length > longest ? null : toText(value).repeat(times);
  }),
  my_reverse: strict((value) => characters(value).reverse().join('')),
  my_right: strict((value, count) => {
    const size = toInteger(count);
    return size <= 0 ? '' : characters(value).slice(-size).join('');
  }),
  my_sort_key: strict((value) => sortable(value)),
  my_soundex: strict((value) => soundex(toText(value))),
  my_sounds_like: strict((left, right) => Number(soundex(toText(left)) === soundex(toText(right)))),
  my_space: strict((count) => (toInteger(count) > longest ? null : ' '.repeat(Math.max(0, toInteger(count))))),
  my_strcmp: strict((left, right) => compareText(toText(left), toText(right))),
  my_substr: strict((value, from, count) =>
    part(value, toInteger(from), count === undefined ? undefined : toInteger(count)),
  ),
  my_substring_index: strict((value, separator, count) => substringIndex(value, separator, toInteger(count))),
  my_trim: strict((what, value) => strip(value, what, true, true)),
  my_trim_start: strict((what, value) => strip(value, what, true, false)),
  my_trim_end: strict((what, value) => strip(value, what, false, true)),
  my_unhex: strict((value) => {
    const text = toText(value);
    if (!/^[0-9a-f]*$/i.test(text)) return null;
    return Buffer.from(text.length % 2 ? `0${text}` : text, 'hex').toString('utf8');
  }),
  my_regexp: strict((value, pattern) => Number(patternOf(toText(pattern)).test(toText(value)))),
  my_regexp_instr: strict((value, pattern) => {
    const found = patternOf(toText(pattern)).exec(toText(value));
    return found ? [...toText(value).slice(0, found.index)].length + 1 : 0;
  }),
  my_regexp_substr: strict((value, pattern) => patternOf(toText(pattern)).exec(toText(value))?.[0] ?? ''),
  my_regexp_replace: strict((value, pattern, replacement) =>
    toText(value).replace(
      new RegExp(patternOf(toText(pattern)), 'giu'),
      toText(replacement)
        .replaceAll('$', '$$$$')
        .replace(/\\(\d)/g, '$$$1'),
    ),
  ),
};

function sortable(value: Value | undefined): Value {
  return typeof value === 'string' ? sortKey(value) : (value ?? null);
}
