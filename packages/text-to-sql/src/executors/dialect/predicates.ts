/** Reads IN, BETWEEN, LIKE and REGEXP. */
import { readSum, readUnary } from './arithmetic.ts';
import { alikeForEquality, alikeForOrder, isNumeric } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import { readBracketedQuery } from './primaries.ts';
import { type Expression, expression } from './query-shape.ts';
import type { Scope } from './scope.ts';
import { textLiteral } from './token-edits.ts';

export function bracket(cursor: Cursor, side: Expression): void {
  if (side.compared && !side.atom) cursor.edits.wrap(side.start, side.end, '(', ')');
}

export function readPredicate(cursor: Cursor, scope: Scope): Expression {
  const left = readSum(cursor, scope);
  const negated = cursor.word() === 'NOT';
  const word = cursor.word(negated ? 1 : 0);
  switch (word) {
    case 'IN':
    case 'BETWEEN':
    case 'LIKE':
    case 'REGEXP':
    case 'RLIKE':
      break;
    case 'SOUNDS':
      if (negated || cursor.word(1) !== 'LIKE') return left;
      break;
    default:
      return left;
  }
  const at = cursor.at;
  cursor.at += negated ? 2 : 1;
  if (word === 'IN') readIn(cursor, scope, left);
  else if (word === 'BETWEEN') {
    const low = readSum(cursor, scope);
    cursor.expectWord('AND');
    const high = readPredicate(cursor, scope);
    bracket(cursor, high);
    alikeForOrder(cursor, [left, low, high]);
  } else if (word === 'LIKE') readLike(cursor, scope, left);
  else {
    if (word === 'SOUNDS') cursor.at += 1;
    const right = readSum(cursor, scope);
    const call = word === 'SOUNDS' ? 'my_sounds_like' : 'my_regexp';
    for (let between = at; between < right.start; between += 1) cursor.edits.replace(between, '');
    cursor.edits.replace(right.start - 1, ',');
    cursor.edits.wrap(left.start, right.end, `${negated ? '(NOT ' : ''}${call}(`, `)${negated ? ')' : ''}`);
    return expression(left.start, right.end, 'integer', 'atom');
  }
  return expression(left.start, cursor.at, 'integer', 'compared');
}

function readIn(cursor: Cursor, scope: Scope, left: Expression): void {
  if (cursor.opensQuery()) {
    const query = readBracketedQuery(cursor, scope);
    if (query.limited) cursor.complain('other', 'LIMIT in a query behind IN is not supported');
    if (query.item) alikeForEquality(cursor, left, [query.item]);
    return;
  }
  cursor.expectOperator('(');
  const items = [cursor.readExpression(scope)];
  while (cursor.takeOperator(',')) items.push(cursor.readExpression(scope));
  cursor.expectOperator(')');
  if (left.type === 'text' && items.some(isNumeric) && items.some(({ type }) => type === 'text'))
    compareEach(cursor, left, items);
  else alikeForEquality(cursor, left, items);
}

/** A text among texts and numbers is compared with each by its type: x IN (…) becomes an OR of two. */
function compareEach(cursor: Cursor, left: Expression, items: readonly Expression[]): void {
  const negated =
    cursor.tokens[left.end]?.kind === 'word' && (cursor.tokens[left.end] as { word: string }).word === 'NOT';
  const subject = cursor.edits.part(left.start, left.end);
  const parts = items.map((item) => ({ number: isNumeric(item), text: cursor.edits.part(item.start, item.end) }));
  const listOf = (numbers: boolean): string =>
    parts.flatMap(({ number, text }) => (number === numbers ? [text()] : [])).join(', ');
  cursor.edits.rewrite(left.start, cursor.at, () => {
    const x = subject();
    const both = `((${x}) COLLATE NOCASE IN (${listOf(false)}) OR CAST(${x} AS REAL) IN (${listOf(true)}))`;
    return negated ? `(NOT ${both})` : both;
  });
}

/** SQLite's own LIKE for patterns of plain letters; it minds the case of others and has no backslash. */
function readLike(cursor: Cursor, scope: Scope, left: Expression): void {
  const start = cursor.at;
  const pattern = readUnary(cursor, scope);
  let sign: string | undefined;
  let end = cursor.at;
  if (cursor.takeWord('ESCAPE')) {
    const token = cursor.tokens[cursor.at];
    if (token?.kind !== 'string') cursor.fail();
    sign = token.value;
    cursor.at += 1;
    end = cursor.at;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant.
  const plain = pattern.text !== undefined && /^[\x00-\x7f]*$/.test(pattern.text) && !pattern.text.includes('\\');
  if (plain && sign === undefined) return;
  // x LIKE p becomes my_like(p, x), in place: NOT before it keeps its meaning.
  const negated =
    cursor.tokens[left.end]?.kind === 'word' && (cursor.tokens[left.end] as { word: string }).word === 'NOT';
  const x = cursor.edits.part(left.start, left.end);
  const p = cursor.edits.part(start, pattern.end);
  cursor.edits.rewrite(left.start, end, () => {
    const call = `my_like(${p()}, ${x()}, ${textLiteral(sign ?? '\\')})`;
    return negated ? `(NOT ${call})` : call;
  });
}
