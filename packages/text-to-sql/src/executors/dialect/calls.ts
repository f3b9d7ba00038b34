/** Reads calls of functions, those with a grammar of their own among them. */
import { readAggregate, readCount, readGroupConcat, readWindow } from './aggregates.ts';
import { readCast, readConvert } from './casts.ts';
import { commonType, isNumeric } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import { type FunctionRule, functionRules } from './function-rules.ts';
import { readInterval, readUnit } from './intervals.ts';
import { type Expression, expression } from './query-shape.ts';
import { reservedInMariadb } from './reserved-words.ts';
import type { Scope } from './scope.ts';

interface Call {
  cursor: Cursor;
  scope: Scope;
  /** Place of the name. */
  start: number;
}

/** At a word before a bracket. Null when the word is none of a function. */
export function readCall(cursor: Cursor, scope: Scope): Expression | null {
  const start = cursor.at;
  const name = cursor.word();
  const special = specials[name];
  const rule = functionRules.get(name);
  if (!special && !rule) {
    if (reservedInMariadb.has(name)) return null;
    cursor.complain('unknown_name', `unknown function: ${name}`);
  }
  cursor.at += 1;
  const call = { cursor, scope, start };
  if (special) return special(call);
  if (rule?.kind === 'aggregate') return readAggregate(call, rule);
  const values = readArguments(call);
  if (!rule) return called(call, 'any');
  checkCount(call, rule, values.length);
  if (rule.kind === 'window') return readWindow(call, rule, values);
  rewrite(call, name, rule, values);
  const type = rule.type === 'common' ? commonType(name === 'IF' ? values.slice(1) : values) : rule.type;
  return called(call, type === 'first' ? (values[0]?.type ?? 'any') : type);
}

const called = ({ cursor, start }: Call, type: Expression['type']): Expression =>
  expression(start, cursor.at, type, 'atom');

function readArguments({ cursor, scope }: Call): Expression[] {
  cursor.expectOperator('(');
  const values: Expression[] = [];
  if (cursor.takeOperator(')')) return values;
  do values.push(cursor.readExpression(scope));
  while (cursor.takeOperator(','));
  cursor.expectOperator(')');
  return values;
}

function checkCount({ cursor, start }: Call, { least, most, grammatical }: FunctionRule, count: number): void {
  if (count >= least && count <= most) return;
  if (grammatical) cursor.fail('wrong number of arguments');
  cursor.complain('other', `wrong number of arguments of ${cursor.tokens[start]?.text}`);
}

function rewrite({ cursor, start }: Call, name: string, rule: FunctionRule, values: readonly Expression[]): void {
  const { edits } = cursor;
  if (rule.sqlite !== name) edits.replace(start, rule.sqlite);
  const [first, second] = values;
  if (name === 'NULLIF' && !(first && second && isNumeric(first) && isNumeric(second)))
    edits.replace(start, 'my_nullif');
  else if (name === 'COALESCE' && values.length === 1) edits.drop(start);
  else if ((name === 'GREATEST' || name === 'LEAST') && values.every(isNumeric))
    edits.replace(start, name === 'GREATEST' ? 'max' : 'min');
  else if (name === 'ROUND' && values.length === 1 && first?.type !== 'text') edits.replace(start, name);
  else if (name === 'MOD' && first?.type === 'integer' && second?.type === 'integer' && first.atom && second.atom) {
    edits.drop(start);
    edits.replace(first.end, '%');
  }
}

const specials: Record<string, (call: Call) => Expression> = {
  COUNT: readCount,
  GROUP_CONCAT: readGroupConcat,
  CAST: (call) => called(call, readCast(call)),
  CONVERT: (call) => called(call, readConvert(call)),

  CONCAT(call) {
    const { cursor, start } = call;
    const values = readArguments(call);
    if (values.length === 0) cursor.complain('other', 'CONCAT needs arguments');
    // NULL as soon as one of them is; SQLite's own CONCAT leaves NULLs out.
    cursor.edits.replace(start, "(''||");
    for (const { end } of values.slice(0, -1)) cursor.edits.replace(end, ')||(');
    cursor.edits.wrap(start, cursor.at, '', ')');
    return called(call, 'text');
  },

  ISNULL(call) {
    const { cursor, start } = call;
    const values = readArguments(call);
    if (values.length !== 1) cursor.complain('other', 'wrong number of arguments of ISNULL');
    cursor.edits.replace(start, '(');
    cursor.edits.wrap(start, cursor.at, '', ' IS NULL)');
    return called(call, 'integer');
  },

  SUBSTRING: readSubstring,
  SUBSTR: readSubstring,

  TRIM(call) {
    const { cursor, scope, start } = call;
    cursor.expectOperator('(');
    const side = cursor.word();
    let name = 'trim';
    if (side === 'BOTH' || side === 'LEADING' || side === 'TRAILING') {
      cursor.edits.drop(cursor.at);
      cursor.at += 1;
      name = side === 'BOTH' ? 'my_trim' : side === 'LEADING' ? 'my_trim_start' : 'my_trim_end';
      if (cursor.word() === 'FROM') cursor.edits.replace(cursor.at, "' ',");
      else cursor.readExpression(scope);
      if (cursor.word() !== 'FROM') cursor.fail();
    } else cursor.readExpression(scope);
    if (cursor.word() === 'FROM') {
      if (name === 'trim') name = 'my_trim';
      if (cursor.edits.written(cursor.at, cursor.at + 1) === 'FROM') cursor.edits.replace(cursor.at, ',');
      cursor.at += 1;
      cursor.readExpression(scope);
    }
    cursor.expectOperator(')');
    cursor.edits.replace(start, name);
    return called(call, 'text');
  },

  /** POSITION(part IN text). */
  POSITION(call) {
    const { cursor, start } = call;
    cursor.expectOperator('(');
    const open = cursor.at;
    // IN would be read as the operator: the part ends before it.
    let at = open;
    for (let depth = 0; at < cursor.tokens.length; at += 1) {
      const token = cursor.tokens[at];
      if (token?.kind === 'operator' && token.text === '(') depth += 1;
      else if (token?.kind === 'operator' && token.text === ')' && depth-- === 0) cursor.fail('expected IN');
      else if (depth === 0 && token?.kind === 'word' && token.word === 'IN') break;
    }
    if (at !== open + 1) cursor.fail('expected one value before IN');
    cursor.at = at + 1;
    cursor.edits.replace(start, 'my_locate');
    cursor.edits.replace(at, ',');
    cursor.readExpression(call.scope);
    cursor.expectOperator(')');
    return called(call, 'integer');
  },

  EXTRACT(call) {
    const { cursor, start } = call;
    cursor.expectOperator('(');
    readUnit(cursor);
    cursor.edits.replace(cursor.at, ',');
    cursor.expectWord('FROM');
    cursor.readExpression(call.scope);
    cursor.expectOperator(')');
    cursor.edits.replace(start, 'my_extract');
    return called(call, 'integer');
  },

  CHAR(call) {
    const { cursor } = call;
    cursor.expectOperator('(');
    do cursor.readExpression(call.scope);
    while (cursor.takeOperator(','));
    if (cursor.word() === 'USING') {
      cursor.edits.drop(cursor.at, cursor.at + 2);
      cursor.at += 2;
    }
    cursor.expectOperator(')');
    return called(call, 'text');
  },

  DATE_ADD: (call) => readDateSum(call, 'my_date_add', false),
  ADDDATE: (call) => readDateSum(call, 'my_date_add', true),
  DATE_SUB: (call) => readDateSum(call, 'my_date_sub', false),
  SUBDATE: (call) => readDateSum(call, 'my_date_sub', true),

  TIMESTAMPDIFF: (call) => readUnitCall(call, 'my_timestampdiff', 'integer'),
  TIMESTAMPADD: (call) => readUnitCall(call, 'my_timestampadd', 'text'),
};

/** SUBSTRING(x, from, count) and SUBSTRING(x FROM from FOR count). */
function readSubstring(call: Call): Expression {
  const { cursor, scope, start } = call;
  cursor.expectOperator('(');
  cursor.readExpression(scope);
  const worded = cursor.word() === 'FROM';
  if (worded) {
    cursor.edits.replace(cursor.at, ',');
    cursor.at += 1;
  } else cursor.expectOperator(',');
  cursor.readExpression(scope);
  if (worded ? cursor.word() === 'FOR' : cursor.operator() === ',') {
    cursor.edits.replace(cursor.at, ',');
    cursor.at += 1;
    cursor.readExpression(scope);
  }
  cursor.expectOperator(')');
  cursor.edits.replace(start, 'my_substr');
  return called(call, 'text');
}

/** DATE_ADD(date, INTERVAL n unit); ADDDATE takes a number of days too. */
function readDateSum(call: Call, name: string, takesDays: boolean): Expression {
  const { cursor, scope, start } = call;
  cursor.expectOperator('(');
  cursor.readExpression(scope);
  cursor.expectOperator(',');
  if (cursor.word() === 'INTERVAL' || !takesDays) readInterval(cursor, () => cursor.readExpression(scope));
  else {
    const days = cursor.readExpression(scope);
    cursor.edits.wrap(days.start, days.end, '', ", 'DAY'");
  }
  cursor.expectOperator(')');
  cursor.edits.replace(start, name);
  return called(call, 'text');
}

function readUnitCall(call: Call, name: string, type: Expression['type']): Expression {
  const { cursor, scope, start } = call;
  cursor.expectOperator('(');
  readUnit(cursor);
  cursor.expectOperator(',');
  cursor.readExpression(scope);
  cursor.expectOperator(',');
  cursor.readExpression(scope);
  cursor.expectOperator(')');
  cursor.edits.replace(start, name);
  return called(call, type);
}
