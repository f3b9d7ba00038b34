/** Writes a guarded statement as MySQL reads it: comments gone, one spelling of spaces. */
import type { SqlToken } from './tokenize-sql.ts';

/** MySQL takes COUNT( for the function and COUNT ( for a name: no space stands before an opening bracket. */
export function toMysql(tokens: readonly SqlToken[]): string {
  let sql = '';
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const tight =
      index === 0 || (token.text === '(' && before?.kind === 'word') || token.text === '.' || before?.text === '.';
    sql += tight ? token.text : ` ${token.text}`;
  }
  return sql;
}
