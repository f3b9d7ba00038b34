/** Aggregates and window functions. */
import { asCollated } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import type { FunctionRule } from './function-rules.ts';
import { type Expression, expression } from './query-shape.ts';
import type { Scope } from './scope.ts';
import { textLiteral } from './token-edits.ts';

interface Call {
  cursor: Cursor;
  scope: Scope;
  start: number;
}

/** Reads with columns inside an aggregate: they are not bare. */
function inside<T>({ cursor }: Call, read: () => T): T {
  cursor.inAggregate += 1;
  const result = read();
  cursor.inAggregate -= 1;
  return result;
}

/** What an aggregate makes of the SELECT around it, unless it is a window's. */
function finish(call: Call, type: Expression['type']): Expression {
  const { cursor, scope, start } = call;
  if (cursor.word() === 'OVER') readOver(call);
  else scope.aggregated = true;
  return expression(start, cursor.at, type, 'atom');
}

/** SUM([DISTINCT] x) and the like. */
export function readAggregate(call: Call, rule: FunctionRule): Expression {
  const { cursor, scope, start } = call;
  cursor.expectOperator('(');
  if (!cursor.takeWord('DISTINCT') && cursor.word() === 'ALL') {
    cursor.edits.drop(cursor.at);
    cursor.at += 1;
  }
  const value = inside(call, () => cursor.readExpression(scope));
  cursor.expectOperator(')');
  const name = (cursor.tokens[start] as { word: string }).word;
  const extreme = name === 'MIN' || name === 'MAX';
  if (extreme && value.type === 'text' && cursor.word() !== 'OVER')
    cursor.edits.replace(start, name === 'MIN' ? 'my_min_text' : 'my_max_text');
  else if (rule.sqlite !== name) cursor.edits.replace(start, rule.sqlite);
  if (name === 'SUM' && value.type === 'integer') return finish(call, 'integer');
  return finish(call, rule.type === 'first' ? value.type : (rule.type as Expression['type']));
}

/** COUNT(*), COUNT(x), COUNT(DISTINCT x, y). */
export function readCount(call: Call): Expression {
  const { cursor, scope } = call;
  cursor.expectOperator('(');
  if (cursor.takeOperator('*')) {
    cursor.expectOperator(')');
    return finish(call, 'integer');
  }
  const distinct = cursor.takeWord('DISTINCT');
  if (!distinct && cursor.word() === 'ALL') {
    cursor.edits.drop(cursor.at);
    cursor.at += 1;
  }
  inside(call, () => {
    const first = cursor.readExpression(scope);
    if (!distinct || cursor.operator() !== ',') {
      if (distinct) asCollated(cursor, first);
      return;
    }
    let last = first;
    while (cursor.takeOperator(',')) last = cursor.readExpression(scope);
    cursor.edits.wrap(first.start, last.end, 'my_together(', ')');
  });
  cursor.expectOperator(')');
  return finish(call, 'integer');
}

/**
 * GROUP_CONCAT([DISTINCT] x, … [ORDER BY …] [SEPARATOR s]): several values are one text; SQLite takes a separator as a second
 * argument, and none beside DISTINCT.
 */
export function readGroupConcat(call: Call): Expression {
  const { cursor, scope, start } = call;
  const { edits } = cursor;
  cursor.expectOperator('(');
  const distinct = cursor.takeWord('DISTINCT');
  const values: Expression[] = [];
  inside(call, () => {
    do values.push(cursor.readExpression(scope));
    while (cursor.takeOperator(','));
  });
  const first = values[0] as Expression;
  const last = values.at(-1) as Expression;
  if (values.length > 1) {
    for (const { start: at, end, atom } of values) {
      if (at > first.start) edits.replace(at - 1, '||');
      if (!atom) edits.wrap(at, end, '(', ')');
    }
  }
  if (cursor.takeWord('ORDER')) {
    cursor.expectWord('BY');
    inside(call, () => readOrder(cursor, scope));
  }
  let separator = ',';
  const separatorAt = cursor.at;
  if (cursor.takeWord('SEPARATOR')) {
    const token = cursor.tokens[cursor.at];
    if (token?.kind !== 'string') throw cursor.fail('expected a text');
    separator = token.value;
    edits.drop(separatorAt, separatorAt + 2);
    cursor.at += 1;
  }
  cursor.expectOperator(')');
  if (!distinct) {
    if (separator !== ',') edits.wrap(last.start, last.end, '', `, ${textLiteral(separator)}`);
  } else {
    edits.replace(start, 'json_group_array');
    edits.wrap(start, cursor.at, 'my_join(', `, ${textLiteral(separator)})`);
    if (values.length === 1) asCollated(cursor, first);
  }
  return finish(call, 'text');
}

/** ROW_NUMBER() OVER … and the like, which need their window. */
export function readWindow(call: Call, rule: FunctionRule, values: readonly Expression[]): Expression {
  if (call.cursor.word() !== 'OVER') call.cursor.fail('expected OVER');
  return finish(call, rule.type === 'first' ? (values[0]?.type ?? 'any') : (rule.type as Expression['type']));
}

function readOver(call: Call): void {
  const { cursor } = call;
  cursor.expectWord('OVER');
  if (cursor.operator() !== '(') cursor.takeName();
  else readWindowSpecification(cursor, call.scope);
}

/** ([name] [PARTITION BY …] [ORDER BY …] [ROWS|RANGE …]). */
export function readWindowSpecification(cursor: Cursor, scope: Scope): void {
  const end = cursor.closes(cursor.at);
  cursor.expectOperator('(');
  if (cursor.word() !== 'PARTITION' && cursor.word() !== 'ROWS' && cursor.word() !== 'RANGE' && cursor.atName())
    cursor.takeName();
  if (cursor.takeWord('PARTITION')) {
    cursor.expectWord('BY');
    do cursor.readExpression(scope);
    while (cursor.takeOperator(','));
  }
  if (cursor.takeWord('ORDER')) {
    cursor.expectWord('BY');
    readOrder(cursor, scope);
  }
  if (cursor.word() === 'ROWS' || cursor.word() === 'RANGE') cursor.at = end;
  cursor.expectOperator(')');
}

/** x [ASC|DESC], … */
export function readOrder(cursor: Cursor, scope: Scope): Expression[] {
  const values: Expression[] = [];
  do {
    values.push(cursor.readExpression(scope));
    if (!cursor.takeWord('ASC')) cursor.takeWord('DESC');
  } while (cursor.takeOperator(','));
  return values;
}
