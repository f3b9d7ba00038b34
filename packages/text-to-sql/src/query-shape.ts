/** What a query is made of, as far as its words show: the tables it reads and the constructs it uses. */
import { type SqlToken, tokenizeSql } from './executors/tokenize-sql.ts';

export interface QueryShape {
  /** Lower case, each once, in the order of the query. */
  tables: string[];
  /** Of `sqlConstructs`, in that order. */
  constructs: SqlConstruct[];
}

export const sqlConstructs = [
  'join',
  'subquery',
  'set operation',
  'group by',
  'having',
  'order by',
  'limit',
  'distinct',
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'case',
  'like',
  'in',
  'between',
  'exists',
  'window',
] as const;
export type SqlConstruct = (typeof sqlConstructs)[number];

const setOperations = new Set(['UNION', 'EXCEPT', 'INTERSECT']);
const called = new Map<string, SqlConstruct>([
  ['COUNT', 'count'],
  ['SUM', 'sum'],
  ['AVG', 'avg'],
  ['MIN', 'min'],
  ['MAX', 'max'],
  ['EXISTS', 'exists'],
  ['OVER', 'window'],
]);
const words = new Map<string, SqlConstruct>([
  ['JOIN', 'join'],
  ['STRAIGHT_JOIN', 'join'],
  ['HAVING', 'having'],
  ['LIMIT', 'limit'],
  ['DISTINCT', 'distinct'],
  ['CASE', 'case'],
  ['LIKE', 'like'],
  ['IN', 'in'],
  ['BETWEEN', 'between'],
]);

/** A text that cannot be read as SQL has no shape. */
export function queryShape(sql: string): QueryShape {
  const tokens = readable(sql);
  const found = new Set<SqlConstruct>();
  const tables = new Set<string>();
  const wordAt = (i: number): string => {
    const token = tokens[i];
    return token?.kind === 'word' ? token.word : '';
  };
  let selects = 0;
  let operations = 0;
  tokens.forEach((token, i) => {
    const word = wordAt(i);
    if (word === 'SELECT') selects++;
    if (setOperations.has(word)) operations++;
    if (wordAt(i + 1) === 'BY' && word === 'GROUP') found.add('group by');
    if (wordAt(i + 1) === 'BY' && word === 'ORDER') found.add('order by');
    const plain = words.get(word);
    if (plain !== undefined) found.add(plain);
    const next = tokens[i + 1];
    const call = next?.kind === 'operator' && next.text === '(' ? called.get(word) : undefined;
    if (call !== undefined) found.add(call);
    if (['FROM', 'JOIN', 'STRAIGHT_JOIN'].includes(wordAt(i - 1)) && (token.kind === 'word' || token.kind === 'name'))
      tables.add((token.kind === 'name' ? token.value : token.text).toLowerCase());
  });
  if (operations > 0) found.add('set operation');
  if (selects > operations + 1) found.add('subquery');
  return { tables: [...tables], constructs: sqlConstructs.filter((construct) => found.has(construct)) };
}

function readable(sql: string): SqlToken[] {
  try {
    return tokenizeSql(sql);
  } catch {
    return [];
  }
}
