/** Finds where a question says what the placeholders of its linked form stand for: linking the other way round. */
import type { Bindings } from './bind-placeholders.ts';

export interface PlaceholderSpan {
  /** Place in the question, in UTF-16 code units. */
  start: number;
  end: number;
  /** Name of the placeholder, e.g. `athlete2`. */
  name: string;
}

/** Linking puts single spaces between words and around punctuation, and takes braces out. */
const gap = '[\\s{}]*';

/**
 * The spans, in order, for a question and what `linkQuestion` made of it: each reaches to where the words that follow it come
 * next, or, where another placeholder follows at once, as far as its value does. Empty when the two do not belong together.
 *
 * @param linked e.g. "how many {type} did {athlete} win ?"
 */
export function locatePlaceholders(question: string, linked: string, bindings: Bindings): PlaceholderSpan[] {
  const [before = '', ...rest] = linked.split(/\{(\w+)\}/);
  let end = new RegExp(`^${gap}${pattern(before)}${gap}`, 'iu').exec(question)?.[0].length;
  const spans: PlaceholderSpan[] = [];
  for (let i = 0; i < rest.length; i += 2) {
    if (end === undefined) return [];
    const [name = '', text = '', following] = rest.slice(i, i + 3);
    const isTogether = following !== undefined && text.trim() === '';
    const next = isTogether
      ? between(question, end, [bindings[name], bindings[following]])
      : search(new RegExp(`${gap}${pattern(text)}${following === undefined ? `${gap}$` : gap}`, 'giu'), question, end);
    if (next === null) return [];
    spans.push({ start: end, end: next.start, name });
    end = next.end;
  }
  return spans;
}

function search(pattern: RegExp, question: string, after: number): { start: number; end: number } | null {
  pattern.lastIndex = after + 1;
  const found = pattern.exec(question);
  return found && { start: found.index, end: found.index + found[0].length };
}

/** The gap between two values that stand side by side, of which one at least is written as it is. */
function between(
  question: string,
  from: number,
  values: [Bindings[string] | undefined, Bindings[string] | undefined],
): { start: number; end: number } | null {
  const [first, second] = values.map((value) =>
    String(value ?? '')
      .trim()
      .toLowerCase(),
  ) as [string, string];
  const text = question.toLowerCase();
  const start = from + first.length;
  if (text.startsWith(first, from))
    return { start, end: start + (/^[\s{}]*/.exec(text.slice(start))?.[0].length ?? 0) };
  const end = text.indexOf(second, from + 1);
  return end < 0 ? null : { start: from + text.slice(from, end).trimEnd().length, end };
}

/** Whole words only: the "am" that follows a name is not the end of "William". */
function pattern(text: string): string {
  const words = text.split(' ').filter((word) => word !== '');
  const letter = '[\\p{L}\\p{M}\\p{N}]';
  return words
    .map((word) => {
      const literal = word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
      const isWord = /^[\p{L}\p{M}\p{N}]/u.test(word);
      return isWord ? `(?<!${letter})${literal}(?!${letter})` : literal;
    })
    .join(gap);
}
