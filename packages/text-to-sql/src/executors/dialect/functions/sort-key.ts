/**
 * What orders text as MariaDB's uca1400_nopad_as_ci does: letters without their case, then their accents. SQLite compares the keys
 * byte by byte. Known are Latin letters with their accents, digits and ASCII signs; others come after them by their code points.
 */

/** ASCII signs in the order of the Unicode Collation Algorithm; digits and letters follow. */
const signs = '\t\n\u000b\f\r _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789';

const weights = new Map<string, string>();
[...signs].forEach((sign, i) => {
  weights.set(sign, String.fromCharCode(0x100 + i));
});
[...'abcdefghijklmnopqrstuvwxyz'].forEach((letter, i) => {
  weights.set(letter, String.fromCharCode(0x200 + 8 * i));
});
/** Letters that are no other letter with an accent: behind the one they follow. */
const after: Record<string, [letter: string, place: number]> = {
  ß: ['s', 0],
  þ: ['z', 2],
  ð: ['d', 1],
  ħ: ['h', 1],
  ŋ: ['n', 1],
  ĸ: ['q', 1],
};
for (const [letter, [before, place]] of Object.entries(after))
  weights.set(letter, String.fromCharCode((weights.get(before) as string).charCodeAt(0) + place));
/** Letters with strokes count as accented ones, though Unicode does not take them apart. */
const stroked: Record<string, string> = {
  ø: 'o\u0338',
  đ: 'd\u0335',
  ł: 'l\u0335',
  æ: 'ae\u0332',
  œ: 'oe\u0332',
  ß: 'ss\u0332',
};

const known = new Map<string, string>();
const mostKnown = 20_000;

export function sortKey(text: string): string {
  let key = known.get(text);
  if (key === undefined) {
    key = makeKey(text);
    if (known.size >= mostKnown) known.clear();
    known.set(text, key);
  }
  return key;
}

/** Stands for a letter among the accents, and between letters and accents. */
const plainLetter = '\u0001';

function makeKey(text: string): string {
  let primary = '';
  let accents = '';
  const plain = text
    .toLowerCase()
    .replace(/[øđłæœß]/g, (letter) => stroked[letter] as string)
    .normalize('NFD');
  for (const character of plain) {
    const code = character.codePointAt(0) as number;
    if (code >= 0x300 && code < 0x370) accents += character;
    else {
      primary += weights.get(character) ?? (code < 0x20 || code === 0x7f ? '' : `\u1000${character}`);
      accents += plainLetter;
    }
  }
  // Letters without accents at the end make no difference.
  let end = accents.length;
  while (accents[end - 1] === plainLetter) end -= 1;
  return `${primary}${plainLetter}${accents.slice(0, end)}`;
}

/** Upper and lower case are the same, accents are not; −1, 0 or 1. */
export function compareText(left: string, right: string): number {
  const [a, b] = [sortKey(left), sortKey(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
