/** Where one query differs from another, token by token. */
import { diffArrays } from 'diff';

export interface DifferencePart {
  text: string;
  /** `own`: only in this query; `other`: only in the one it is compared with. */
  in: 'both' | 'own' | 'other';
}

/**
 * Quoted texts, placeholders, words and numbers, and every other character, each with the white space after it: by itself
 * white space would tie together what has nothing in common.
 */
const token = /(?:'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?|\{\w+\}|[\p{L}\p{M}\p{N}_]+|[\s\S])\s*/gu;

/** The tokens of a statement: joined they are the statement again. */
export function sqlTokens(sql: string): string[] {
  return sql.match(token) ?? [];
}

/** Parts of `own`, with what it lacks of `other` between them. Upper and lower case of words count as equal. */
export function sqlDifference(own: string, other: string): DifferencePart[] {
  const parts = diffArrays(sqlTokens(other), sqlTokens(own), { comparator: sameToken });
  let before = '';
  return parts.map(({ value, added, removed }) => {
    // What the query lacks stood apart from what is before it, also where the query ends without a space.
    const apart = removed && /\w$/.test(before) && /^\w/.test(value[0] ?? '') ? ' ' : '';
    before = apart + value.join('');
    return { text: before, in: added ? 'own' : removed ? 'other' : 'both' };
  });
}

function sameToken(left: string, right: string): boolean {
  const [one, other] = [left.trimEnd(), right.trimEnd()];
  return one === other || (/^\p{L}/u.test(one) && one.toLowerCase() === other.toLowerCase());
}
