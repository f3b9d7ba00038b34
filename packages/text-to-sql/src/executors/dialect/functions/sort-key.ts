/**
 * What orders text as MariaDB's uca1400_nopad_as_ci does (its WEIGHT_STRING): letters without their case first, then their accents.
 * SQLite compares the keys byte by byte. Known are Latin letters with their accents, digits and the usual signs; other characters
 * come after them by their code points.
 */

/** Signs from the first to the last; digits and letters follow. */
const signs = '\t\n\u000b\f\r _-–—,;:!¡?¿.·\'‘’"“”«»()[]{}§¶@*/\\&#%`´^¯¨¸°©®+±÷×<=>¬|¦~⁄¤¢$£¥€0123456789';
/** Signs that count as others. */
const equal: Record<string, string> = {
  '¹': '1',
  '²': '2',
  '³': '3',
  '¼': '1⁄4',
  '½': '1⁄2',
  '¾': '3⁄4',
  ª: 'a',
  º: 'o',
  ĳ: 'ij',
  '…': '...',
};

const weights = new Map<string, string>();
[...signs].forEach((sign, i) => {
  weights.set(sign, String.fromCharCode(0x100 + i));
});
[...'abcdefghijklmnopqrstuvwxyz'].forEach((letter, i) => {
  weights.set(letter, String.fromCharCode(0x200 + 8 * i));
});
/** Letters of their own, behind the one they follow. */
const after: Record<string, string> = { ı: 'i', ŋ: 'n', ĸ: 'q', ŧ: 't', þ: 'z' };
for (const [letter, before] of Object.entries(after))
  weights.set(letter, String.fromCharCode((weights.get(before) as string).charCodeAt(0) + 1));

const stroke = '\u0335';
const variant = '\u0332';
/** Letters that count as others with an accent, though Unicode does not take them apart. */
const apart: Record<string, string> = {
  ø: 'o\u0338',
  đ: `d${stroke}`,
  ħ: `h${stroke}`,
  ł: `l${stroke}`,
  ð: `d${variant}`,
  ŀ: `l${variant}`,
  æ: `a${variant}e`,
  œ: `o${variant}e`,
  ß: `s${variant}s`,
  ſ: `s${variant}`,
};
/** Accents from the first to the last. */
const accentOrder = '\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0327\u0328\u0304\u0335\u0332';
const accents = new Map([...accentOrder].map((accent, i) => [accent, String.fromCharCode(0x10 + i)]));
/** Stands for a letter among the accents, and between letters and accents. */
const plainLetter = '\u0001';

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

function makeKey(text: string): string {
  let letters = '';
  let marks = '';
  for (const character of text.toLowerCase().normalize('NFC')) {
    const parts = equal[character] ?? apart[character] ?? character.normalize('NFD');
    for (const part of parts) {
      const code = part.codePointAt(0) as number;
      if (code >= 0x300 && code < 0x370) marks += accents.get(part) ?? part;
      // Signs that are not seen count for nothing.
      else if (weights.has(part) || (code >= 0x20 && code !== 0x7f && code !== 0xad)) {
        letters += weights.get(part) ?? `\u1000${part}`;
        marks += plainLetter;
      }
    }
  }
  // Letters without accents at the end make no difference.
  let end = marks.length;
  while (marks[end - 1] === plainLetter) end -= 1;
  return `${letters}${plainLetter}${marks.slice(0, end)}`;
}

/** Upper and lower case are the same, accents are not; −1, 0 or 1. */
export function compareText(left: string, right: string): number {
  const [a, b] = [sortKey(left), sortKey(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
