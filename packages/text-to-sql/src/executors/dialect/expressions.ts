/** Reads expressions by MariaDB's grammar: what binds loosest, from OR to comparisons, each side in brackets where SQLite would join it otherwise. */
import { alikeForEquality, alikeForOrder, isNumeric } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import { bracket, readPredicate } from './predicates.ts';
import { readBracketedQuery } from './primaries.ts';
import { type Expression, expression } from './query-shape.ts';
import type { Scope } from './scope.ts';

/** A whole expression: OR is what binds loosest. */
export function readExpression(cursor: Cursor, scope: Scope): Expression {
  cursor.enter();
  const read = readJoined(cursor, scope, 1);
  cursor.leave();
  return read;
}

/** How tightly what joins two truths binds; 0 for what does not. */
function jointAt(cursor: Cursor): number {
  const token = cursor.tokens[cursor.at];
  if (token?.kind === 'word') return token.word === 'AND' ? 3 : token.word === 'OR' ? 1 : token.word === 'XOR' ? 2 : 0;
  return token?.kind === 'operator' ? (token.text === '&&' ? 3 : token.text === '||' ? 1 : 0) : 0;
}

/** @param loosest what binds looser is left to who asks */
function readJoined(cursor: Cursor, scope: Scope, loosest: number): Expression {
  let left = readNegated(cursor, scope);
  for (;;) {
    const joint = jointAt(cursor);
    if (joint < loosest || joint === 0) return left;
    const at = cursor.at;
    cursor.at += 1;
    const right = readJoined(cursor, scope, joint + 1);
    const exclusive = joint === 2;
    if (exclusive) {
      cursor.edits.wrap(left.start, left.end, '((NOT (', '))');
      cursor.edits.replace(at, '<>');
      cursor.edits.wrap(right.start, right.end, '(NOT (', ')))');
    }
    left = expression(left.start, right.end, 'integer', exclusive ? 'atom' : 'compared');
  }
}

function readNegated(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  if (!cursor.takeWord('NOT')) return readComparison(cursor, scope);
  cursor.enter();
  const { end } = readNegated(cursor, scope);
  cursor.leave();
  return expression(start, end, 'integer', 'compared');
}

const equalities = new Set(['=', '<>', '!=', '<=>']);
const orders = new Set(['<', '>', '<=', '>=']);

/** bool_pri of MariaDB's grammar: from left to right, and each side in brackets where SQLite would join it otherwise. */
function readComparison(cursor: Cursor, scope: Scope): Expression {
  let left = readPredicate(cursor, scope);
  for (;;) {
    if (cursor.word() === 'IS') {
      left = readIs(cursor, left);
      continue;
    }
    const operator = cursor.operator();
    const equality = equalities.has(operator);
    if (!equality && !orders.has(operator)) return left;
    const at = cursor.at;
    cursor.at += 1;
    if (['ANY', 'SOME', 'ALL'].includes(cursor.word()) && cursor.operator(1) === '(')
      left = readQuantified(cursor, scope, left, at, operator);
    else {
      const right = readPredicate(cursor, scope);
      bracket(cursor, left);
      bracket(cursor, right);
      alike(cursor, left, right, equality);
      left = expression(left.start, right.end, 'integer', 'compared');
    }
  }
}

/** IS [NOT] NULL, TRUE, FALSE or UNKNOWN; SQLite's IS takes any value. */
function readIs(cursor: Cursor, left: Expression): Expression {
  cursor.at += 1;
  cursor.takeWord('NOT');
  const word = cursor.word();
  if (!['NULL', 'TRUE', 'FALSE', 'UNKNOWN'].includes(word)) cursor.fail();
  if (word === 'UNKNOWN') cursor.edits.replace(cursor.at, 'NULL');
  cursor.at += 1;
  bracket(cursor, left);
  return expression(left.start, cursor.at, 'integer', 'compared');
}

function alike(cursor: Cursor, left: Expression, right: Expression, equality: boolean): void {
  if (isNumeric(left) && isNumeric(right)) return;
  if (!equality) alikeForOrder(cursor, [left, right]);
  else if (left.text !== undefined) alikeForEquality(cursor, right, [left]);
  else alikeForEquality(cursor, left, [right]);
}

/** = ANY is IN, <> ALL is NOT IN; of the others SQLite knows none. */
function readQuantified(cursor: Cursor, scope: Scope, left: Expression, at: number, operator: string): Expression {
  const all = cursor.word() === 'ALL';
  if (all ? operator === '<>' || operator === '!=' : operator === '=') {
    cursor.edits.replace(at, all ? 'NOT IN' : 'IN');
    cursor.edits.drop(cursor.at);
  } else cursor.complain('other', `${operator} ${cursor.word()} is not translated`);
  cursor.at += 1;
  readBracketedQuery(cursor, scope);
  return expression(left.start, cursor.at, 'integer', 'compared');
}
