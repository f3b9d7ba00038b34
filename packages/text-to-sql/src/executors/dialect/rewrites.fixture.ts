/** Other forms of a statement, which tell why two databases differ on it. */
import { type SqlToken, tokenizeSql } from '../tokenize-sql.ts';

const isWord = (token: SqlToken | undefined, ...words: string[]): boolean =>
  token?.kind === 'word' && words.includes(token.word);
const isOperator = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

function tokensOf(sql: string): SqlToken[] {
  try {
    return tokenizeSql(sql);
  } catch {
    return [];
  }
}

/** MariaDB takes COUNT( for the function and COUNT ( for a name. */
const write = (tokens: readonly SqlToken[]): string =>
  tokens
    .map(({ text }, i) =>
      i === 0 || text === '(' || text === '.' || isOperator(tokens[i - 1], '.') ? text : ` ${text}`,
    )
    .join('');

/** Place behind the brackets' contents that begin at `from`, or of the end. */
function endOfBracket(tokens: readonly SqlToken[], from: number): number {
  for (let at = from, depth = 0; at < tokens.length; at += 1) {
    if (isOperator(tokens[at], '(')) depth += 1;
    else if (isOperator(tokens[at], ')') && depth-- === 0) return at;
  }
  return tokens.length;
}

/** Whether an ORDER BY outside brackets says in which order the rows come. */
export function ordersRows(sql: string): boolean {
  let depth = 0;
  return tokensOf(sql).some((token) => {
    if (isOperator(token, '(')) depth += 1;
    else if (isOperator(token, ')')) depth -= 1;
    return depth === 0 && isWord(token, 'ORDER');
  });
}

/**
 * For a statement that orders rows, outside or in one of its queries, and perhaps cuts them (LIMIT): the statement with all rows,
 * and what the rows that are kept are ordered by. When databases agree on both, rows that differ are ties. Null for other statements.
 */
export function tiesOf(sql: string): { uncut: string; keys: string } | null {
  const tokens = tokensOf(sql);
  const last = tokens.findLastIndex((token) => isWord(token, 'LIMIT'));
  const limit = last < 0 ? tokens.length : last;
  const end = endOfBracket(tokens, limit);
  let [order, from, select] = [-1, -1, -1];
  for (let at = limit - 1, depth = 0; at >= 0 && select < 0; at -= 1) {
    const token = tokens[at];
    if (isOperator(token, ')')) depth += 1;
    else if (isOperator(token, '(') && depth-- === 0) break;
    else if (depth > 0) continue;
    else if (order < 0 && isWord(token, 'ORDER')) order = at;
    else if (isWord(token, 'FROM')) from = at;
    else if (isWord(token, 'SELECT')) select = at;
  }
  if (order < 0 || select < 0) return null;
  const keys = tokens.slice(order + 2, limit).filter((token) => !isWord(token, 'ASC', 'DESC'));
  const body = tokens.slice(from, end);
  return {
    uncut: write([...tokens.slice(0, limit), ...tokens.slice(end)]),
    keys: `SELECT ${write(keys)} ${write(body)}`,
  };
}
