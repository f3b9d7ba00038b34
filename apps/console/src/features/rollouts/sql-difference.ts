/** Where one query differs from another, token by token. */
import { diffArrays } from 'diff';

export interface DifferencePart {
  text: string;
  /** `own`: only in this query; `other`: only in the one it is compared with. */
  in: 'both' | 'own' | 'other';
}

/** Quoted texts, placeholders, words and numbers, white space, and every other character. */
const token = /'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?|\{\w+\}|[\p{L}\p{M}\p{N}_]+|\s+|[\s\S]/gu;

/** The tokens of a statement, white space among them: joined they are the statement again. */
export function sqlTokens(sql: string): string[] {
  return sql.match(token) ?? [];
}

/** Parts of `own`, with what it lacks of `other` between them. Upper and lower case of words count as equal. */
export function sqlDifference(own: string, other: string): DifferencePart[] {
  const parts = diffArrays(sqlTokens(other), sqlTokens(own), { comparator: sameToken });
  return parts.map(({ value, added, removed }) => ({
    text: value.join(''),
    in: added ? 'own' : removed ? 'other' : 'both',
  }));
}

function sameToken(left: string, right: string): boolean {
  if (left === right) return true;
  const isSpace = /^\s/.test(left) && /^\s/.test(right);
  const isWord = /^\p{L}/u.test(left) && left.toLowerCase() === right.toLowerCase();
  return isSpace || isWord;
}
