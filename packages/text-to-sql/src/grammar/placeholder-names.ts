/** Names placeholders by the columns they stand for: one name a column, no name twice. */
import { singularOf, wordsOfName } from './english-words.ts';

/** A namer that gives a column the same name whenever it is asked; `taken` are used for other things. */
export function placeholderNames(taken: readonly string[]): (table: string, column: string, isName: boolean) => string {
  const names = new Map<string, string>();
  const used = new Set(taken);
  return (table, column, isName) => {
    const key = `${table}.${column}`;
    const known = names.get(key);
    if (known) return known;
    const candidates = [...(isName ? [table] : [column]), `${table} ${column}`].map(asPlaceholder);
    let name = candidates.find((candidate) => candidate !== '' && !used.has(candidate)) ?? 'value';
    for (let letter = 0; used.has(name); letter++) name = `${candidates.at(-1) || 'value'}_${lettersOf(letter)}`;
    used.add(name);
    names.set(key, name);
    return name;
  };
}

/** Letters that are no plain one with an accent. */
const SPELLED: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** Lower-case Latin letters joined by _; what has none is empty. */
function asPlaceholder(name: string): string {
  return [...singularOf(wordsOfName(name))]
    .map((letter) => SPELLED[letter] ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/[^a-z ]+/g, '')
    .trim()
    .replace(/ +/g, '_');
}

/** a, b, …, z, aa, ab, …: a name ends in no digit, which would number values. */
function lettersOf(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : lettersOf(Math.floor(index / 26) - 1) + letter;
}
