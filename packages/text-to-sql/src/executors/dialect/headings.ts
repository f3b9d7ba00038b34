/** What the columns of a result are called, as MariaDB calls them. */
import type { SqlToken } from '../tokenize-sql.ts';
import type { Expression } from './query-shape.ts';

/** An item of a select list: `end` is behind its alias; a * has no expression. */
interface NamedItem {
  expression: Expression | null;
  end: number;
}

/** By alias, by the name of a column, by the text of a literal, or by the expression as it is written (apart from spaces); null where a * stands. */
export function headingsOf(tokens: readonly SqlToken[], items: readonly NamedItem[]): string[] | null {
  const headings: string[] = [];
  for (const { expression, end } of items) {
    if (expression === null) return null;
    if (end > expression.end) headings.push(nameIn(tokens[end - 1]));
    // The name of a column stands last, behind its table's and before any bracket.
    else if (expression.key !== undefined)
      headings.push(nameIn(tokens.slice(expression.start, end).findLast(({ kind }) => kind !== 'operator')));
    else headings.push(expression.text ?? written(tokens.slice(expression.start, end)));
  }
  return headings;
}

const nameIn = (token: SqlToken | undefined): string =>
  token === undefined ? '' : 'value' in token ? token.value : token.text;

function written(tokens: readonly SqlToken[]): string {
  return tokens
    .map(({ kind, text }, i) => (kind === 'word' && tokens[i - 1]?.kind === 'word' ? ` ${text}` : text))
    .join('');
}
