/** What a query shows by itself of whether it reads its answer from the database: the tables it names, and the constants it may answer with. */
import { answerParts } from '../comparison/answer-parts.ts';
import type { DatabaseSchema } from '../databases/schema.ts';
import { type SqlToken, tokenizeSql } from '../executors/tokenize-sql.ts';

const isOperator = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;
const isWord = (token: SqlToken | undefined, words: ReadonlySet<string>): boolean =>
  token?.kind === 'word' && words.has(token.word);

const beforeTable = new Set(['FROM', 'JOIN', 'STRAIGHT_JOIN']);

/** Whether a table of the schema stands where a query names what it reads. */
export function readsTable(sql: string, { tables }: DatabaseSchema): boolean {
  const names = new Set(tables.map(({ name }) => name.toLowerCase()));
  const tokens = tokensOf(sql);
  return tokens.some((token, i) => {
    if (token.kind !== 'word' && token.kind !== 'name') return false;
    const before = tokens[i - 1];
    const place = isWord(before, beforeTable) || isOperator(before, ',') || isOperator(before, '(');
    return place && names.has((token.kind === 'name' ? token.value : token.text).toLowerCase());
  });
}

/** Words that people answer with and that queries choose between; 0 and 1 are what is summed up. */
const truthValues = new Set(['yes', 'no', 'true', 'false', '0', '1']);

/** Words after or before which a literal is a value that the query may give. */
const opensValue = new Set(['SELECT', 'DISTINCT', 'ALL', 'THEN', 'ELSE', 'VALUES']);
const closesValue = new Set(['FROM', 'AS', 'END', 'ELSE', 'WHEN', 'UNION', 'EXCEPT', 'INTERSECT', 'WHERE', 'LIMIT']);
const branches = new Set(['THEN', 'ELSE']);
const opensList = new Set(['SELECT', 'VALUES']);
const closesList = new Set(['FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT']);

/** Functions that give one of their arguments back. */
const givesArgument = new Set([
  'COALESCE',
  'IFNULL',
  'IF',
  'IIF',
  'NULLIF',
  'MIN',
  'MAX',
  'GREATEST',
  'LEAST',
  'VALUES',
]);

/**
 * Whether every part of the answer stands in the query as a constant that it may answer with: an item of a SELECT, a branch of
 * a CASE, or an argument that COALESCE and the like give back. Not counted are constants that are compared, computed with or
 * limit something; yes, no, 0 and 1 in a branch; and values that the question itself names.
 * @param known values that the question names
 */
export function holdsAnswer(sql: string, answer: string, known: readonly (string | number)[]): boolean {
  const named = new Set(known.flatMap((value) => answerParts(String(value))));
  const wanted = answerParts(answer).filter((part) => !named.has(part));
  if (wanted.length === 0) return false;
  const held = new Set(constantsOf(tokensOf(sql)));
  return wanted.every((part) => held.has(part));
}

/** What is open at a token: the statement, or the innermost bracket. */
interface Place {
  /** What stands in its lists may be what the query answers. */
  gives: boolean;
  /** As one of several values. */
  chosen: boolean;
  /** Between SELECT and FROM, or among the arguments of a function. */
  inList: boolean;
}

/** Parts of the literals that the query may answer with. */
function constantsOf(tokens: readonly SqlToken[]): string[] {
  const places: Place[] = [{ gives: true, chosen: false, inList: false }];
  const constants: string[] = [];
  tokens.forEach((token, i) => {
    const place = places.at(-1) as Place;
    const before = tokens[i - 1];
    if (token.kind === 'word') {
      if (opensList.has(token.word)) place.inList = true;
      else if (closesList.has(token.word)) place.inList = false;
    } else if (isOperator(token, '(')) {
      const called = before?.kind === 'word' && !opensValue.has(before.word) ? before.word : '';
      const gives = place.gives && (place.inList || i === 0) && (called === '' || givesArgument.has(called));
      places.push({ gives, chosen: called !== '', inList: i > 0 });
    } else if (isOperator(token, ')') && places.length > 1) places.pop();
    if (token.kind !== 'string' && token.kind !== 'number') return;
    if (!place.gives || !place.inList || !isValue(before, tokens[i + 1])) return;
    const parts = answerParts(token.kind === 'string' ? token.value : token.text);
    const chosen = place.chosen || isWord(before, branches);
    constants.push(...parts.filter((part) => !(chosen && truthValues.has(part))));
  });
  return constants;
}

/** Nothing is done with the literal between these two: it is given as it is. */
function isValue(before: SqlToken | undefined, after: SqlToken | undefined): boolean {
  const begins = isWord(before, opensValue) || isOperator(before, ',') || isOperator(before, '(');
  const ends =
    after === undefined ||
    isWord(after, closesValue) ||
    [',', ')', ';'].some((text) => isOperator(after, text)) ||
    // An alias.
    after.kind === 'name' ||
    (after.kind === 'word' && !operatorWords.has(after.word));
  return begins && ends;
}

/** Words that compute with what stands before them. */
const operatorWords = new Set([
  'AND',
  'OR',
  'XOR',
  'IN',
  'IS',
  'NOT',
  'LIKE',
  'BETWEEN',
  'DIV',
  'MOD',
  'REGEXP',
  'COLLATE',
]);

/** Empty for what is no statement; such a query fails when it is run. */
function tokensOf(sql: string): SqlToken[] {
  try {
    return tokenizeSql(sql);
  } catch {
    return [];
  }
}
