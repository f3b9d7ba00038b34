/** Reads what expressions are made of: literals, columns, calls, CASE, brackets and queries in them. */
import type { SqlToken } from '../tokenize-sql.ts';
import { readCall } from './calls.ts';
import { alikeForEquality, commonType } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import { type Expression, expression, type QueryShape } from './query-shape.ts';
import { type Having, resolve, type Scope } from './scope.ts';
import { textLiteral } from './token-edits.ts';

export function readPrimary(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  const token = cursor.tokens[start];
  switch (token?.kind) {
    case 'number':
      cursor.at += 1;
      return expression(start, start + 1, /^\d+$/.test(token.text) ? 'integer' : 'number', 'atom');
    case 'string':
      return readText(cursor);
    case 'name':
      return cursor.operator(1) === '(' ? cursor.fail() : readColumn(cursor, scope);
    case 'word':
      return readWord(cursor, scope, token);
    case 'operator':
      return token.text === '(' ? readBracket(cursor, scope) : cursor.fail();
    default:
      return cursor.fail();
  }
}

/** Texts that follow each other are one. */
function readText(cursor: Cursor): Expression {
  const start = cursor.at;
  let text = '';
  for (let token = cursor.tokens[cursor.at]; token?.kind === 'string'; token = cursor.tokens[cursor.at]) {
    text += token.value;
    cursor.at += 1;
  }
  if (cursor.at > start + 1) {
    cursor.edits.drop(start, cursor.at);
    cursor.edits.replace(start, textLiteral(text));
  }
  const read = expression(start, cursor.at, 'text', 'atom');
  read.text = text;
  return read;
}

const introducers = /^(?:_\w+|DATE|TIME|TIMESTAMP)$/;

function readWord(cursor: Cursor, scope: Scope, token: SqlToken & { kind: 'word' }): Expression {
  const start = cursor.at;
  switch (token.word) {
    case 'NULL':
      cursor.at += 1;
      return expression(start, start + 1, 'null', 'atom');
    case 'TRUE':
    case 'FALSE':
      cursor.at += 1;
      return expression(start, start + 1, 'integer', 'atom');
    case 'CASE':
      return readCase(cursor, scope);
    case 'EXISTS':
      cursor.at += 1;
      readBracketedQuery(cursor, scope);
      return expression(start, cursor.at, 'integer', 'atom');
    case 'ROW':
      if (cursor.operator(1) !== '(') break;
      cursor.edits.drop(start);
      cursor.at += 1;
      return { ...readBracket(cursor, scope), start };
  }
  if (cursor.operator(1) === '(') {
    const call = readCall(cursor, scope);
    if (call) return call;
  }
  const next = cursor.tokens[start + 1];
  if (next?.kind === 'string') {
    if (introducers.test(token.word)) {
      cursor.edits.drop(start);
      cursor.at += 1;
      return { ...readText(cursor), start };
    }
  }
  return readColumn(cursor, scope);
}

function readBracket(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  if (cursor.opensQuery()) {
    const query = readBracketedQuery(cursor, scope);
    if (!query.single && query.columns?.length === 1) {
      // SQLite would take the first of several rows.
      cursor.edits.wrap(start, start + 1, '', 'WITH one_row(value) AS (');
      cursor.edits.wrap(cursor.at - 1, cursor.at, ') SELECT my_only_row(value) FROM one_row', '');
    }
    const column = query.columns?.length === 1 ? query.columns[0] : undefined;
    return expression(start, cursor.at, column?.type ?? 'any', 'atom');
  }
  cursor.expectOperator('(');
  const first = cursor.readExpression(scope);
  let row = false;
  while (cursor.takeOperator(',')) {
    row = true;
    cursor.readExpression(scope);
  }
  cursor.expectOperator(')');
  if (row) return expression(start, cursor.at, 'any', 'atom');
  return { ...first, start, end: cursor.at, atom: true, compared: false, text: undefined };
}

/** A query in brackets; SQLite takes one pair of them. */
export function readBracketedQuery(cursor: Cursor, scope: Scope | null): QueryShape {
  if (cursor.operator() !== '(') cursor.fail();
  cursor.enter();
  cursor.expectOperator('(');
  const shape = cursor.readQuery(scope);
  cursor.expectOperator(')');
  cursor.leave();
  return shape;
}

function readCase(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  cursor.expectWord('CASE');
  const subject = cursor.word() === 'WHEN' ? null : cursor.readExpression(scope);
  const compared: Expression[] = [];
  const results: Expression[] = [];
  while (cursor.takeWord('WHEN')) {
    const condition = cursor.readExpression(scope);
    if (subject) compared.push(condition);
    cursor.expectWord('THEN');
    results.push(cursor.readExpression(scope));
  }
  if (results.length === 0) cursor.fail('expected WHEN');
  if (cursor.takeWord('ELSE')) results.push(cursor.readExpression(scope));
  cursor.expectWord('END');
  if (subject) alikeForEquality(cursor, subject, compared);
  return expression(start, cursor.at, commonType(results), 'atom');
}

/** A column: name, table.name or schema.table.name. */
function readColumn(cursor: Cursor, scope: Scope): Expression {
  const start = cursor.at;
  let qualifier: string | null = null;
  let name = cursor.takeName();
  while (cursor.operator() === '.') {
    cursor.at += 1;
    qualifier = name;
    name = cursor.takeName(true);
  }
  const end = cursor.at;
  const found = resolve(scope, qualifier, name);
  if (!found) {
    if (cursor.catalogue) cursor.complain('unknown_name', `unknown column: ${qualifier ? `${qualifier}.` : ''}${name}`);
    return expression(start, end, 'any', 'atom');
  }
  const { column, key } = found;
  if (cursor.inAggregate === 0) {
    if (found.scope.having) checkHaving(cursor, found.scope.having, key, name);
    if (found.scope === scope) cursor.bare.push({ start, end, key, scope, column });
  }
  if (key.startsWith('item ') && scope.having) showItem(cursor, scope, start, name);
  const read = expression(start, end, column?.type ?? 'any', 'atom');
  read.collated = column?.collated ?? true;
  read.key = key;
  read.column = column ?? undefined;
  return read;
}

/** Outside aggregates HAVING sees the items and what is grouped by, nothing else. */
function checkHaving(cursor: Cursor, { groups, items, open }: Having, key: string, name: string): void {
  const seen = open || groups.has(key) || items.has(name) || [...items.values()].some((item) => item.key === key);
  if (!seen && cursor.catalogue) cursor.complain('unknown_name', `unknown column in HAVING: ${name}`);
}

/** SQLite would take a column of the item's name: the item is written out. */
function showItem(cursor: Cursor, { having, sources }: Scope, at: number, name: string): void {
  const item = having?.items.get(name);
  if (!item || !sources.some(({ columns }) => columns?.some((column) => column.name === name))) return;
  const text = cursor.edits.part(item.start, item.end);
  cursor.edits.replace(at, () => `(${text()})`);
}
