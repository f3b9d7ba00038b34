/** Reads sums, products, bits and signs by MariaDB's precedence. */
import type { Cursor } from './cursor.ts';
import { readInterval } from './intervals.ts';
import { readPrimary } from './primaries.ts';
import { type Expression, expression } from './query-shape.ts';
import type { Scope } from './scope.ts';

/** How tightly operators bind. */
const bindings = new Map(
  Object.entries({
    '|': 1,
    '&': 2,
    '<<': 3,
    '>>': 3,
    '+': 4,
    '-': 4,
    '*': 5,
    '/': 5,
    '%': 5,
    DIV: 5,
    MOD: 5,
    '^': 6,
  }),
);
const additive = 4;

/** bit_expr of MariaDB's grammar. @param loosest what binds looser is left to who asks */
export function readSum(cursor: Cursor, scope: Scope, loosest = 1): Expression {
  let left =
    cursor.word() === 'INTERVAL' && cursor.operator(1) !== '(' && loosest <= additive
      ? readLeadingInterval(cursor, scope)
      : readUnary(cursor, scope);
  for (;;) {
    const token = cursor.tokens[cursor.at];
    const sign = token?.kind === 'operator' ? token.text : token?.kind === 'word' ? token.word : '';
    const binding = bindings.get(sign);
    if (binding === undefined || binding < loosest) return left;
    const at = cursor.at;
    cursor.at += 1;
    if (binding === additive && cursor.word() === 'INTERVAL' && cursor.operator(1) !== '(')
      left = addInterval(cursor, scope, left, at, sign);
    else left = compute(cursor, left, readSum(cursor, scope, binding + 1), at, sign, binding);
  }
}

function compute(
  cursor: Cursor,
  left: Expression,
  right: Expression,
  at: number,
  sign: string,
  binding: number,
): Expression {
  const whole = left.type === 'integer' && right.type === 'integer';
  const call = (name: string, type: Expression['type']): Expression => {
    cursor.edits.replace(at, ',');
    cursor.edits.wrap(left.start, right.end, `${name}(`, ')');
    return expression(left.start, right.end, type, 'atom');
  };
  if (sign === 'DIV') return call('my_div', 'integer');
  if (sign === '^') return call('my_xor', 'integer');
  if (sign === '%' || sign === 'MOD') {
    if (!whole) return call('my_mod', 'number');
    cursor.edits.replace(at, '%');
  }
  // Of bits SQLite reads & and | alike.
  if (binding < additive) {
    for (const side of [left, right])
      if (!side.atom && side.end - side.start > 1) cursor.edits.wrap(side.start, side.end, '(', ')');
  }
  return expression(left.start, right.end, sign === '/' ? 'number' : whole ? 'integer' : 'number');
}

function addInterval(cursor: Cursor, scope: Scope, left: Expression, at: number, sign: string): Expression {
  cursor.edits.replace(at, ',');
  readInterval(cursor, () => cursor.readExpression(scope));
  cursor.edits.wrap(left.start, cursor.at, sign === '-' ? 'my_date_sub(' : 'my_date_add(', ')');
  return expression(left.start, cursor.at, 'text', 'atom');
}

/** INTERVAL n unit + date. */
function readLeadingInterval(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  readInterval(cursor, () => cursor.readExpression(scope));
  const interval = cursor.edits.part(start, cursor.at);
  if (!cursor.takeOperator('+')) cursor.fail();
  const date = readSum(cursor, scope, additive + 1);
  const of = cursor.edits.part(date.start, date.end);
  cursor.edits.rewrite(start, date.end, () => `my_date_add(${of()}, ${interval()})`);
  return expression(start, date.end, 'text', 'atom');
}

function readSigned(cursor: Cursor, scope: Scope): Expression {
  cursor.enter();
  const read = readUnary(cursor, scope);
  cursor.leave();
  return read;
}

export function readUnary(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  const sign = cursor.operator();
  if (sign === '-' || sign === '+' || sign === '~') {
    cursor.at += 1;
    const inner = readSigned(cursor, scope);
    return expression(start, inner.end, inner.type === 'integer' ? 'integer' : 'number', 'atom');
  }
  if (sign === '!') {
    cursor.at += 1;
    const inner = readSigned(cursor, scope);
    cursor.edits.wrap(start, inner.end, '(', ')');
    return expression(start, inner.end, 'integer', 'atom');
  }
  if (cursor.word() === 'BINARY' && cursor.operator(1) !== ',') {
    cursor.edits.drop(start);
    cursor.at += 1;
    const inner = readSigned(cursor, scope);
    cursor.edits.wrap(start, inner.end, '(', ' COLLATE BINARY)');
    return { ...inner, start, collated: true, atom: true, text: undefined, key: undefined, column: undefined };
  }
  const inner = readPrimary(cursor, scope);
  if (cursor.word() !== 'COLLATE') return inner;
  const name = cursor.tokens[cursor.at + 1];
  if (name?.kind !== 'word' && name?.kind !== 'string' && name?.kind !== 'name') cursor.fail();
  const wanted = name.kind === 'word' ? name.text : name.value;
  if (!/^(?:utf8|utf8mb3|utf8mb4|latin1|binary|ascii)(?:_\w+)?$/i.test(wanted))
    cursor.complain('other', `unknown collation: ${wanted}`);
  cursor.edits.replace(cursor.at + 1, /bin/i.test(wanted) ? 'BINARY' : 'NOCASE');
  cursor.at += 2;
  return { ...inner, end: cursor.at, collated: true, text: undefined, key: undefined, column: undefined };
}
