/** Finds the values of the database that a question names and replaces them by typed placeholders. */
import type { BoundValue } from './bind-placeholders.ts';
import { type IndexedValue, type ValueIndex, wordsOf } from './value-index.ts';

export interface LinkedQuestion {
  /** The question in lower case, one space between words, with `{kind}` (`{kind2}`, … for further values) for each value. */
  text: string;
  /** Value bound to each placeholder. */
  bindings: Record<string, BoundValue>;
  /** How the question wrote each bound value. */
  surfaces: Record<string, string>;
}

export interface Span {
  start: number;
  end: number;
  kind: string;
  value: BoundValue;
}

/** Links a question by longest match from left to right. Spans that name no value stay plain text. */
export function linkQuestion(question: string, index: ValueIndex): LinkedQuestion {
  const bindings: Record<string, BoundValue> = {};
  const surfaces: Record<string, string> = {};
  const counts = new Map<string, number>();
  let text = '';
  let position = 0;
  for (const { start, end, kind, value } of findValueSpans(question, index)) {
    let name = Object.keys(bindings).find((known) => kindOf(known) === kind && bindings[known] === value);
    if (!name) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      name = count === 1 ? kind : `${kind}${count}`;
      bindings[name] = value;
      surfaces[name] = question.slice(start, end).trim();
    }
    text += `${plain(question.slice(position, start))} {${name}} `;
    position = end;
  }
  text += plain(question.slice(position));
  return { text: text.replace(/\s+/g, ' ').trim(), bindings, surfaces };
}

function kindOf(name: string): string {
  return name.replace(/\d+$/, '');
}

/** Lower case; punctuation stands apart; braces cannot be mistaken for placeholders. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[{}]/g, ' ')
    .replace(/([^\p{L}\p{M}\p{N}\s'’-])/gu, ' $1 ');
}

/** The spans of a text that are values of the database, from left to right; longest match first. */
export function findValueSpans(question: string, index: ValueIndex): Span[] {
  const words = wordsOf(question);
  const spans: Span[] = [];
  for (let first = 0; first < words.length; ) {
    const span = longestAt(question, words, first, index);
    if (!span) {
      first += 1;
      continue;
    }
    spans.push(span);
    while (first < words.length && (words[first]?.start ?? 0) < span.end) first += 1;
  }
  return spans;
}

function longestAt(
  question: string,
  words: ReturnType<typeof wordsOf>,
  first: number,
  index: ValueIndex,
): Span | undefined {
  const start = words[first]?.start ?? 0;
  for (let length = Math.min(index.longest, words.length - first); length > 0; length--) {
    const key = words
      .slice(first, first + length)
      .map(({ word }) => word)
      .join(' ');
    const candidates = index.byKey.get(key);
    if (!candidates) continue;
    const end = words[first + length - 1]?.end ?? start;
    const span = closest(question, start, end, candidates, length === 1);
    if (span) return span;
  }
  const { word = '', end = start } = words[first] ?? {};
  const { kind, from, to } = index.years;
  const year = Number(word);
  if (/^\d{4}$/.test(word) && year >= from && year <= to) return { start, end, kind, value: year };
  return index.numbers && numberAt(question, start, word, index.numbers.kind);
}

/** Numbers that people write as words; "one" is mostly no number. */
const NUMBER_WORDS = 'two three four five six seven eight nine ten eleven twelve'.split(' ');

/** A plain number: 12, 1,250, 2.5 or a small one in words. */
function numberAt(question: string, start: number, word: string, kind: string): Span | undefined {
  const spoken = NUMBER_WORDS.indexOf(word);
  if (spoken >= 0) return { start, end: start + word.length, kind, value: spoken + 2 };
  const [digits] = /^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\p{L}\p{M}\p{N}])/u.exec(question.slice(start)) ?? [];
  if (digits === undefined) return undefined;
  return { start, end: start + digits.length, kind, value: Number(digits.replaceAll(',', '')) };
}

/**
 * Among values that share a phrase, the one written most like the question: literally there (the longest, so that a value's
 * own trailing space or bracket counts), else the first. A literal match must end where a word ends. A text value of a single
 * word must be there literally, or an ordinary word ("all", "open") would be taken for a name; phrases of a word list are
 * ordinary words themselves.
 */
function closest(
  question: string,
  start: number,
  end: number,
  candidates: readonly IndexedValue[],
  singleWord: boolean,
): Span | undefined {
  let best: Span | undefined;
  for (const { kind, value, phrase } of candidates) {
    const lead = phrase.search(/[\p{L}\p{M}\p{N}]/u);
    const from = start - lead;
    const to = from + phrase.length;
    const next = question[to] ?? ' ';
    // after a value's own trailing space the question has a space of its own
    const ends = /\s$/.test(phrase) ? /\s/.test(next) : !/[\p{L}\p{M}\p{N}]/u.test(next);
    const literal = from >= 0 && question.slice(from, to) === phrase && ends;
    if (literal && (!best || to - from > best.end - best.start)) best = { start: from, end: to, kind, value };
  }
  if (best) return best;
  const first = candidates.find(({ phrase, value }) => !singleWord || phrase !== value);
  return first && { start, end, kind: first.kind, value: first.value };
}
