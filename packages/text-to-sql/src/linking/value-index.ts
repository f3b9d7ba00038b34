/** An index over the values of a database: which phrase names which value of which column. */

/** Values of one kind: a text column, or the words for a category's values. */
export interface ValueSource {
  /** Placeholder name, e.g. `tournament`. */
  kind: string;
  /** The value in the database and the phrase people write for it (the value itself unless said otherwise). */
  entries: Iterable<{ value: string; phrase?: string }>;
}

export interface IndexedValue {
  kind: string;
  value: string;
  phrase: string;
}

export interface ValueIndex {
  /** By phrase key; several values can share one (case, accents, trailing spaces). Earlier kinds come first. */
  byKey: ReadonlyMap<string, readonly IndexedValue[]>;
  /** Longest phrase, in words. */
  longest: number;
  /** Numbers within are years. */
  years: { kind: string; from: number; to: number };
  /** Other numbers are of this kind; they stay plain text where it is left out. */
  numbers?: { kind: string };
}

/** The words of a text with their positions; letters and digits, accents folded, case ignored. */
export function wordsOf(text: string): { word: string; start: number; end: number }[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({
    word: foldWord(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function foldWord(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** What two writings of one name have in common: its words, accents folded, case ignored. */
export function phraseKey(phrase: string): string {
  return wordsOf(phrase)
    .map(({ word }) => word)
    .join(' ');
}

/** Builds the index. Sources come in order of precedence when one phrase names values of several kinds. */
export function buildValueIndex(
  sources: Iterable<ValueSource>,
  years: ValueIndex['years'],
  numbers?: ValueIndex['numbers'],
): ValueIndex {
  const byKey = new Map<string, IndexedValue[]>();
  let longest = 1;
  for (const { kind, entries } of sources) {
    for (const { value, phrase = value } of entries) {
      const words = wordsOf(phrase).map(({ word }) => word);
      if (words.length === 0) continue;
      longest = Math.max(longest, words.length);
      const key = words.join(' ');
      const known = byKey.get(key);
      if (!known) byKey.set(key, [{ kind, value, phrase }]);
      else if (!known.some((other) => other.kind === kind && other.value === value && other.phrase === phrase))
        known.push({ kind, value, phrase });
    }
  }
  return { byKey, longest, years, ...(numbers && { numbers }) };
}
