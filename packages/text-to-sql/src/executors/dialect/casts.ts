/** CAST(x AS type) and CONVERT(x, type). */
import type { Cursor } from './cursor.ts';
import type { Expression } from './query-shape.ts';
import type { Scope } from './scope.ts';

interface Call {
  cursor: Cursor;
  scope: Scope;
  start: number;
}

export function readCast(call: Call): Expression['type'] {
  const { cursor, scope } = call;
  cursor.expectOperator('(');
  const value = cursor.readExpression(scope);
  cursor.expectWord('AS');
  return readTarget(call, value);
}

/** CONVERT(x USING charset) leaves a text a text. */
export function readConvert(call: Call): Expression['type'] {
  const { cursor, scope } = call;
  cursor.expectOperator('(');
  const value = cursor.readExpression(scope);
  if (cursor.takeWord('USING')) {
    cursor.takeName(true);
    cursor.expectOperator(')');
    write(call, value, 'CAST(', ' AS TEXT)');
    return 'text';
  }
  cursor.expectOperator(',');
  return readTarget(call, value);
}

/** Writes the whole call anew around its value. */
function write({ cursor, start }: Call, value: Expression, prefix: string, suffix: string): void {
  const written = cursor.edits.part(value.start, value.end);
  cursor.edits.rewrite(start, cursor.at, () => `${prefix}${written()}${suffix}`);
}

function readTarget(call: Call, value: Expression): Expression['type'] {
  const { cursor } = call;
  const type = cursor.word();
  cursor.at += 1;
  const sizes = readSizes(cursor);
  switch (type) {
    case 'CHAR':
    case 'CHARACTER':
    case 'NCHAR':
    case 'VARCHAR':
    case 'BINARY': {
      if (cursor.takeWord('CHARACTER')) cursor.expectWord('SET');
      else if (!cursor.takeWord('CHARSET')) return end(call, value, 'text', type === 'BINARY' ? [] : sizes);
      cursor.takeName(true);
      return end(call, value, 'text', sizes);
    }
    case 'SIGNED':
    case 'UNSIGNED':
      if (!cursor.takeWord('INTEGER')) cursor.takeWord('INT');
      cursor.expectOperator(')');
      write(call, value, 'my_signed(', ')');
      return 'integer';
    case 'INT':
    case 'INTEGER':
      cursor.expectOperator(')');
      write(call, value, 'my_signed(', ')');
      return 'integer';
    case 'DEC':
    case 'DECIMAL':
    case 'NUMERIC':
      cursor.expectOperator(')');
      write(call, value, 'my_decimal(', `, ${sizes[0] ?? 10}, ${sizes[1] ?? 0})`);
      return 'number';
    case 'DOUBLE':
    case 'FLOAT':
      cursor.takeWord('PRECISION');
      cursor.expectOperator(')');
      write(call, value, 'CAST(', ' AS REAL)');
      return 'number';
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      cursor.expectOperator(')');
      write(call, value, type === 'DATETIME' ? 'my_timestamp(' : `my_${type.toLowerCase()}(`, ')');
      return 'text';
    default:
      return cursor.fail('unknown type');
  }
}

function end(call: Call, value: Expression, type: Expression['type'], [size]: readonly number[]): Expression['type'] {
  call.cursor.expectOperator(')');
  if (size === undefined) write(call, value, 'CAST(', ' AS TEXT)');
  else write(call, value, 'my_left(', `, ${size})`);
  return type;
}

function readSizes(cursor: Cursor): number[] {
  const sizes: number[] = [];
  if (!cursor.takeOperator('(')) return sizes;
  do {
    const token = cursor.tokens[cursor.at];
    if (token?.kind !== 'number' || !/^\d+$/.test(token.text)) cursor.fail('expected a number');
    sizes.push(Number(token.text));
    cursor.at += 1;
  } while (cursor.takeOperator(','));
  cursor.expectOperator(')');
  return sizes;
}
