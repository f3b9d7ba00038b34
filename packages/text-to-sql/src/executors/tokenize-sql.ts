/**
 * Cuts a statement in MySQL's dialect into tokens, for the statement guard and the translations. One pass over the characters: an
 * expression with alternatives runs out of stack on a megabyte between quotes, and is several times slower.
 */

import { excerpt } from './excerpt.ts';

export type SqlToken =
  | { kind: 'word'; text: string /** Upper case. */; word: string }
  | { kind: 'string'; text: string /** Content, escapes resolved. */; value: string }
  | { kind: 'name'; text: string /** Content of a `quoted` name. */; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'operator'; text: string };

/** Why a statement does not run; `code` is that of the outcome. */
export class SqlRefusal extends Error {
  readonly code: 'syntax' | 'not_select' | 'unknown_name' | 'other';
  constructor(code: SqlRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Longest statement, in characters: far beyond what a question needs, and read in about a millisecond. */
export const maxStatementLength = 65_536;

const SPACE = 1;
const DIGIT = 2;
const LETTER = 4;
const OPERATOR = 8;
/** Kind of each ASCII character. */
const kinds = new Uint8Array(128);
for (const space of ' \t\r\n\f\v') kinds[space.charCodeAt(0)] = SPACE;
for (const digit of '0123456789') kinds[digit.charCodeAt(0)] = DIGIT;
for (const letter of '_$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') kinds[letter.charCodeAt(0)] = LETTER;
for (const operator of '-+*/%=<>(),.;!~^&|@?:') kinds[operator.charCodeAt(0)] = OPERATOR;

const longOperators = ['<=>', ':=', '||', '&&', '<=', '>=', '<>', '!=', '<<', '>>'];
/** Characters with which a longer operator begins. */
const longStarts = new Set(longOperators.map((operator) => operator.charCodeAt(0)));
/** One token for all the same operators: most tokens of a query are such. */
const operators = new Map([...longOperators, ...'-+*/%=<>(),.;!~^&|@?:'].map((text) => [text, operatorToken(text)]));

function operatorToken(text: string): SqlToken {
  return Object.freeze({ kind: 'operator', text });
}

const letter = /\p{L}/u;
const halfPair = /\p{Surrogate}/u;
const hexadecimal = /0[xX][0-9a-fA-F]+/y;
const [quote, doubleQuote, backtick, backslash, newline] = [39, 34, 96, 92, 10];
const [hash, minus, slash, star, dot, zero] = [35, 45, 47, 42, 46, 48];

/**
 * Comments are dropped; executable comments (`/*! … *\/`) are refused.
 * @throws SqlRefusal
 */
export function tokenizeSql(sql: string): SqlToken[] {
  if (sql.length > maxStatementLength)
    throw new SqlRefusal('syntax', `the statement has more than ${maxStatementLength} characters`);
  // Half a surrogate pair has no UTF-8: each driver would make something else of it.
  if (halfPair.test(sql)) throw new SqlRefusal('syntax', 'the statement is not valid Unicode');
  if (sql.includes('\u0000')) throw new SqlRefusal('syntax', 'the statement holds a NUL character');
  const tokens: SqlToken[] = [];
  const end = sql.length;
  let at = 0;
  while (at < end) {
    const code = sql.charCodeAt(at);
    const kind = code < 128 ? kinds[code] : isLetter(sql, at) ? LETTER : 0;
    if (kind === SPACE) {
      at += 1;
    } else if (kind === LETTER) {
      at = readWord(sql, at, at, tokens);
    } else if (kind === DIGIT || (code === dot && isDigit(sql, at + 1))) {
      at = readNumber(sql, at, tokens);
    } else if (code === quote || code === doubleQuote) {
      at = readString(sql, at, tokens);
    } else if (code === backtick) {
      at = readName(sql, at, tokens);
    } else if (code === hash || (code === minus && startsDashes(sql, at))) {
      const line = sql.indexOf('\n', at);
      at = line < 0 ? end : line + 1;
    } else if (code === slash && sql.charCodeAt(at + 1) === star) {
      at = skipComment(sql, at);
    } else if (kind === OPERATOR) {
      const text = operatorAt(sql, at, code);
      tokens.push(operators.get(text) as SqlToken);
      at += text.length;
    } else throw unreadable(sql, at);
  }
  return tokens;
}

const unreadable = (sql: string, at: number): SqlRefusal =>
  new SqlRefusal('syntax', `cannot read the statement at "${excerpt(sql.slice(at), 20)}"`);

const isDigit = (sql: string, at: number): boolean => kinds[sql.charCodeAt(at)] === DIGIT;

const isLetter = (sql: string, at: number): boolean => letter.test(String.fromCodePoint(sql.codePointAt(at) as number));

/** Where the run of letters and digits from `at` ends. */
function endOfWord(sql: string, from: number): number {
  let at = from;
  for (; at < sql.length; at += 1) {
    const code = sql.charCodeAt(at);
    if (code < 128 ? ((kinds[code] as number) & (LETTER | DIGIT)) === 0 : !isLetter(sql, at)) break;
    // Letters beyond the first plane have two code units.
    if (code >= 0xd800 && code <= 0xdbff) at += 1;
  }
  return at;
}

/** Words seen before: queries are made of the same few. */
const words = new Map<string, SqlToken>();
const mostWords = 5_000;

function readWord(sql: string, start: number, from: number, tokens: SqlToken[]): number {
  const end = endOfWord(sql, from);
  const text = sql.slice(start, end);
  let token = words.get(text);
  if (token === undefined) {
    token = Object.freeze({ kind: 'word', text, word: text.toUpperCase() });
    if (words.size >= mostWords) words.clear();
    if (text.length < 64) words.set(text, token);
  }
  tokens.push(token);
  return end;
}

/** A number, or a name that begins with digits. */
function readNumber(sql: string, start: number, tokens: SqlToken[]): number {
  let at = start;
  if (sql.charCodeAt(at) === zero && (sql.charCodeAt(at + 1) | 32) === 120) {
    hexadecimal.lastIndex = at;
    const digits = hexadecimal.exec(sql)?.[0];
    if (digits !== undefined && endOfWord(sql, at + digits.length) === at + digits.length) {
      tokens.push({ kind: 'number', text: digits });
      return at + digits.length;
    }
  }
  while (isDigit(sql, at)) at += 1;
  const whole = at;
  if (sql.charCodeAt(at) === dot) {
    at += 1;
    while (isDigit(sql, at)) at += 1;
  }
  if ((sql.charCodeAt(at) | 32) === 101) {
    const sign = sql.charCodeAt(at + 1);
    const exponent = sign === 43 || sign === minus ? at + 2 : at + 1;
    if (isDigit(sql, exponent)) {
      at = exponent;
      while (isDigit(sql, at)) at += 1;
    }
  }
  const end = endOfWord(sql, at);
  if (end === at) {
    tokens.push({ kind: 'number', text: sql.slice(start, at) });
    return at;
  }
  // "1st" is a name, "1.5st" the number 1.5 and a name.
  if (at === whole || !sql.slice(start, at).includes('.')) return readWord(sql, start, at, tokens);
  tokens.push({ kind: 'number', text: sql.slice(start, at) });
  return at;
}

function readString(sql: string, start: number, tokens: SqlToken[]): number {
  const delimiter = sql.charCodeAt(start);
  let plain = true;
  for (let at = start + 1; at < sql.length; at += 1) {
    const code = sql.charCodeAt(at);
    if (code === backslash) {
      plain = false;
      at += 1;
    } else if (code === delimiter) {
      if (sql.charCodeAt(at + 1) !== delimiter) {
        const text = sql.slice(start, at + 1);
        tokens.push({ kind: 'string', text, value: plain ? text.slice(1, -1) : unquote(text) });
        return at + 1;
      }
      plain = false;
      at += 1;
    }
  }
  throw unreadable(sql, start);
}

function readName(sql: string, start: number, tokens: SqlToken[]): number {
  let end = sql.indexOf('`', start + 1);
  while (end >= 0 && sql.charCodeAt(end + 1) === backtick) end = sql.indexOf('`', end + 2);
  if (end < 0) throw unreadable(sql, start);
  const text = sql.slice(start, end + 1);
  tokens.push({ kind: 'name', text, value: text.slice(1, -1).replaceAll('``', '`') });
  return end + 1;
}

/** Two dashes begin a comment only before a space or the end. */
function startsDashes(sql: string, at: number): boolean {
  if (sql.charCodeAt(at + 1) !== minus) return false;
  const after = at + 2 < sql.length ? sql.charCodeAt(at + 2) : newline;
  return after === 32 || (after >= 9 && after <= 13);
}

function skipComment(sql: string, start: number): number {
  if (/^(?:!|M!)/i.test(sql.slice(start + 2, start + 4)))
    throw new SqlRefusal('not_select', 'executable comments are not allowed');
  const end = sql.indexOf('*/', start + 2);
  if (end < 0) throw unreadable(sql, start);
  return end + 2;
}

function operatorAt(sql: string, at: number, code: number): string {
  if (longStarts.has(code)) {
    if (sql.startsWith('<=>', at)) return '<=>';
    const two = sql.slice(at, at + 2);
    if (operators.has(two)) return two;
  }
  return sql.charAt(at);
}

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  '0': '\u0000',
  Z: '\u001a',
  '%': '\\%',
  _: '\\_',
};

/** MySQL's escapes; a doubled quote is one. */
function unquote(literal: string): string {
  const delimiter = literal.charAt(0);
  return literal
    .slice(1, -1)
    .replace(/\\([\s\S])|(''|"")/g, (all, escaped: string | undefined, doubled: string | undefined) => {
      if (escaped !== undefined) return escapes[escaped] ?? escaped;
      return doubled === delimiter + delimiter ? delimiter : all;
    });
}
