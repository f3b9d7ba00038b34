/** English words from names of tables and columns: a first guess that people edit. */

const IRREGULAR: readonly (readonly [one: string, many: string])[] = [
  ['person', 'people'],
  ['man', 'men'],
  ['woman', 'women'],
  ['child', 'children'],
  ['foot', 'feet'],
  ['tooth', 'teeth'],
  ['mouse', 'mice'],
  ['index', 'indices'],
  ['analysis', 'analyses'],
  ['criterion', 'criteria'],
  ['leaf', 'leaves'],
  ['half', 'halves'],
  ['shelf', 'shelves'],
  ['life', 'lives'],
  ['wife', 'wives'],
  ['movie', 'movies'],
  ['cookie', 'cookies'],
  ['hero', 'heroes'],
  ['potato', 'potatoes'],
];
const UNCHANGED = new Set([
  'series',
  'species',
  'news',
  'data',
  'media',
  'staff',
  'sheep',
  'fish',
  'equipment',
  'cargo',
]);
/** Words in -s that are singular already. */
const SINGULAR_IN_S = /(ss|us|is|as|os)$/;

/** `birth_year`, `birthYear` and `BIRTH-YEAR` as "birth year". */
export function wordsOfName(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Singular of the last word of a phrase. */
export function singularOf(phrase: string): string {
  return ofLastWord(phrase, (word) => {
    const irregular = IRREGULAR.find(([one, many]) => word === many || word === one);
    if (irregular) return irregular[0];
    if (UNCHANGED.has(word) || !word.endsWith('s') || SINGULAR_IN_S.test(word) || word.length < 4) return word;
    if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
    if (/(x|z|ch|sh|ss|us)es$/.test(word)) return word.slice(0, -2);
    return word.slice(0, -1);
  });
}

/** Plural of the last word of a phrase in the singular. */
export function pluralOf(phrase: string): string {
  return ofLastWord(phrase, (word) => {
    const irregular = IRREGULAR.find(([one]) => word === one);
    if (irregular) return irregular[1];
    if (UNCHANGED.has(word) || word === '') return word;
    if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
    if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
    return `${word}s`;
  });
}

function ofLastWord(phrase: string, change: (word: string) => string): string {
  const words = phrase.split(' ');
  return [...words.slice(0, -1), change(words.at(-1) ?? '')].join(' ');
}
