/** Reads queries: WITH, UNION and the like, and the clauses of a SELECT. */
import { readOrder, readWindowSpecification } from './aggregates.ts';
import { asCollated, asSortKey } from './coercion.ts';
import type { Cursor } from './cursor.ts';
import { headingsOf } from './headings.ts';
import { readBracketedQuery } from './primaries.ts';
import type { Expression, QueryShape } from './query-shape.ts';
import { type NamedColumn, newScope, type Scope } from './scope.ts';
import { checkNames, readFrom } from './tables.ts';

const setWords = new Set(['UNION', 'EXCEPT', 'INTERSECT']);

/** A query to its end: the end of the statement, or the bracket that closes around it. */
export function readQueryExpression(cursor: Cursor, outer: Scope | null): QueryShape {
  const before = cursor.commonTables;
  if (cursor.word() === 'WITH') readCommonTables(cursor);
  let shape = readTerm(cursor, outer, false);
  let terms = 1;
  while (setWords.has(cursor.word())) {
    // Only brackets give a term an order or a limit of its own.
    if (shape.ownOrder) cursor.fail();
    cursor.at += 1;
    if (cursor.word() === 'DISTINCT') {
      cursor.edits.drop(cursor.at);
      cursor.at += 1;
    } else cursor.takeWord('ALL');
    const next = readTerm(cursor, outer, true);
    shape = joined(shape, next);
    terms += 1;
  }
  // Of several terms, or of one in brackets: a SELECT has read its own.
  if (!shape.ownOrder && cursor.takeWord('ORDER')) {
    cursor.expectWord('BY');
    readOrder(cursor, { ...newScope(null), sources: [{ alias: '', columns: shape.columns }] });
  }
  const limit = shape.ownOrder ? null : readLimit(cursor);
  cursor.commonTables = before;
  if (limit !== null) shape = { ...shape, limited: true, single: shape.single || limit <= 1 };
  return terms > 1 ? { ...shape, item: null, single: limit !== null && limit <= 1 } : shape;
}

/** The names are those of the first term. */
function joined(first: QueryShape, next: QueryShape): QueryShape {
  const columns = first.columns?.map((column, i) => {
    const other = next.columns?.[i];
    const type = other && other.type === column.type ? column.type : 'any';
    return { ...column, type } satisfies NamedColumn;
  });
  return { ...first, columns: columns ?? null, limited: false, single: false, ownOrder: false };
}

/** @param further behind UNION, where ORDER BY and LIMIT belong to the whole */
function readTerm(cursor: Cursor, outer: Scope | null, further: boolean): QueryShape {
  if (cursor.operator() === '(') return readBracketedTerm(cursor, outer);
  if (cursor.word() === 'VALUES') return readValues(cursor, outer);
  cursor.expectWord('SELECT');
  cursor.enter();
  const shape = readSelect(cursor, outer, further);
  cursor.leave();
  return shape;
}

/** SQLite takes no brackets around the queries of a UNION: such a query becomes a subquery. */
function readBracketedTerm(cursor: Cursor, outer: Scope | null): QueryShape {
  cursor.enter();
  cursor.edits.replace(cursor.at, 'SELECT * FROM (');
  cursor.expectOperator('(');
  const shape = readQueryExpression(cursor, outer);
  cursor.expectOperator(')');
  cursor.leave();
  return { ...shape, ownOrder: false };
}

function readValues(cursor: Cursor, outer: Scope | null): QueryShape {
  cursor.expectWord('VALUES');
  do {
    cursor.expectOperator('(');
    do cursor.readExpression(newScope(outer));
    while (cursor.takeOperator(','));
    cursor.expectOperator(')');
  } while (cursor.takeOperator(','));
  return { columns: null, single: false, item: null, limited: false, ownOrder: false };
}

/** WITH [RECURSIVE] name [(columns)] AS (query), … */
function readCommonTables(cursor: Cursor): void {
  cursor.expectWord('WITH');
  const recursive = cursor.takeWord('RECURSIVE');
  do {
    const alias = cursor.takeName();
    let names: string[] | null = null;
    if (cursor.takeOperator('(')) {
      names = [];
      do names.push(cursor.takeName());
      while (cursor.takeOperator(','));
      cursor.expectOperator(')');
    }
    cursor.expectWord('AS');
    const outside = cursor.commonTables;
    // A recursive one reads itself; what its columns hold is not known yet.
    if (recursive)
      cursor.commonTables = { source: { alias, columns: names?.map(unknownColumn) ?? null }, outer: outside };
    const { columns } = readBracketedQuery(cursor, null);
    const named = names ? names.map((name, i) => ({ ...(columns?.[i] ?? unknownColumn(name)), name })) : columns;
    checkNames(cursor, named);
    const known = recursive ? (named?.map(({ name }) => unknownColumn(name)) ?? null) : named;
    cursor.commonTables = { source: { alias, columns: known }, outer: outside };
  } while (cursor.takeOperator(','));
}

const unknownColumn = (name: string): NamedColumn => ({ name, type: 'any', collated: true });

/** @returns the most rows it lets through; null when there is none */
function readLimit(cursor: Cursor): number | null {
  if (!cursor.takeWord('LIMIT')) return null;
  let limit = readRowCount(cursor);
  if (cursor.takeOperator(',')) limit = readRowCount(cursor);
  else if (cursor.takeWord('OFFSET')) readRowCount(cursor);
  return limit;
}

function readRowCount(cursor: Cursor): number {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'number' || !/^\d+$/.test(token.text)) cursor.fail('expected a number of rows');
  cursor.at += 1;
  return Number(token.text);
}

const options = new Set([
  'ALL',
  'DISTINCT',
  'DISTINCTROW',
  'HIGH_PRIORITY',
  'STRAIGHT_JOIN',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_CACHE',
  'SQL_NO_CACHE',
]);

interface Item {
  expression: Expression | null;
  /** Behind its last token, that of the alias if it has one. */
  end: number;
  columns: NamedColumn[] | null;
}

/** Behind the word SELECT. FROM is read first: it says what the names before it mean. */
function readSelect(cursor: Cursor, outer: Scope | null, further: boolean): QueryShape {
  const scope = newScope(outer);
  const distinct = readOptions(cursor);
  const list = cursor.at;
  const from = findFrom(cursor);
  let rest = -1;
  if (from >= 0) {
    cursor.at = from + 1;
    readFrom(cursor, scope);
    rest = cursor.at;
    cursor.at = list;
  }
  const firstBare = cursor.bare.length;
  const items = readItems(cursor, scope);
  const bare = takeBare(cursor, scope, firstBare);
  if (distinct) for (const { expression } of items) if (expression) asCollated(cursor, expression);
  if (from >= 0) {
    if (cursor.at !== from) cursor.fail();
    cursor.at = rest;
  }
  scope.items = columnsOf(items);
  if (cursor.depth === 1 && !further) cursor.headings = headingsOf(cursor.tokens, items);
  const ordered = readClauses(cursor, scope, items, bare, further);
  const limit = further ? null : readLimit(cursor);
  const columns = items.every((item) => item.columns) ? scope.items : null;
  const [only] = items;
  return {
    columns,
    single: from < 0 || (limit !== null && limit <= 1) || (scope.aggregated && !scope.grouped),
    item: items.length === 1 && only?.expression ? only.expression : null,
    limited: limit !== null,
    ownOrder: ordered || limit !== null,
  };
}

function columnsOf(items: readonly Item[]): NamedColumn[] {
  const columns: NamedColumn[] = [];
  for (const item of items) if (item.columns) columns.push(...item.columns);
  return columns;
}

/** @returns whether DISTINCT is among them */
function readOptions(cursor: Cursor): boolean {
  let distinct = false;
  while (options.has(cursor.word())) {
    const word = cursor.word();
    distinct ||= word === 'DISTINCT' || word === 'DISTINCTROW';
    if (word === 'DISTINCTROW') cursor.edits.replace(cursor.at, 'DISTINCT');
    else if (word !== 'DISTINCT') cursor.edits.drop(cursor.at);
    cursor.at += 1;
  }
  return distinct;
}

const ends = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT']);

/** Place of the FROM of the SELECT whose list begins here; -1 when it has none. */
function findFrom(cursor: Cursor): number {
  for (let at = cursor.at; at < cursor.tokens.length; at += 1) {
    const token = cursor.tokens[at];
    if (token?.kind === 'operator') {
      if (token.text === '(') at = cursor.closes(at);
      else if (token.text === ')') return -1;
      else if (token.text === '.') at += 1;
    } else if (token?.kind === 'word') {
      if (token.word === 'FROM') return at;
      if (ends.has(token.word)) return -1;
    }
  }
  return -1;
}

function readItems(cursor: Cursor, scope: Scope): Item[] {
  const items: Item[] = [];
  do {
    const stars = readStar(cursor, scope, items.length === 0);
    if (stars) {
      items.push(stars);
      continue;
    }
    const start = cursor.at;
    const expression = cursor.readExpression(scope);
    const alias = cursor.takeAlias();
    const name = alias ?? nameOf(cursor, expression, start);
    items.push({
      expression,
      end: cursor.at,
      columns: [{ name, type: expression.type, collated: expression.collated && expression.key !== undefined }],
    });
  } while (cursor.takeOperator(','));
  return items;
}

/** A column keeps its name; another expression is called as it is written. */
function nameOf(cursor: Cursor, expression: Expression, start: number): string {
  if (expression.key !== undefined) return expression.key.slice(expression.key.indexOf('.') + 1);
  // Nothing stands around the outermost query that could use it.
  if (cursor.depth === 1) return '';
  return cursor.tokens
    .slice(start, expression.end)
    .map(({ text }) => text)
    .join('')
    .toLowerCase();
}

/** * (which stands first), or table.* */
function readStar(cursor: Cursor, { sources }: Scope, first: boolean): Item | null {
  const columnsOf = (alias: string | null): NamedColumn[] | null => {
    const wanted = sources.filter((source) => alias === null || source.alias === alias);
    if (wanted.length === 0) cursor.complain(alias === null ? 'other' : 'unknown_name', 'nothing stands behind *');
    if (!wanted.every(({ columns }) => columns)) return null;
    return wanted.flatMap(({ columns, merged }) =>
      (columns ?? []).filter(({ name }) => alias !== null || !merged?.has(name)),
    );
  };
  if (cursor.operator() === '*') {
    if (!first) cursor.fail();
    cursor.at += 1;
    return { expression: null, end: cursor.at, columns: columnsOf(null) };
  }
  if (cursor.operator(1) !== '.' || cursor.operator(2) !== '*') return null;
  const alias = cursor.takeName();
  cursor.at += 2;
  return { expression: null, end: cursor.at, columns: columnsOf(alias) };
}

type Bare = Cursor['bare'];

/** Columns of this SELECT that were named since; those of queries inside it are their own matter. */
function takeBare(cursor: Cursor, scope: Scope, since: number): Bare {
  if (cursor.bare.length === since) return [];
  const bare = cursor.bare.slice(since).filter((column) => column.scope === scope);
  cursor.bare.length = since;
  return bare;
}

/** WHERE to ORDER BY. @returns whether there is an ORDER BY */
function readClauses(cursor: Cursor, scope: Scope, items: readonly Item[], bareItems: Bare, further: boolean): boolean {
  const whereAt = cursor.takeWord('WHERE') ? cursor.at : -1;
  if (whereAt >= 0) cursor.readExpression(scope);
  const whereEnd = cursor.at;
  const groups = readGroups(cursor, scope, items);
  const bareBefore = cursor.bare.length;
  const havingAt = cursor.word() === 'HAVING' ? cursor.at : -1;
  if (havingAt >= 0) readHaving(cursor, scope, items, groups);
  const havingEnd = cursor.at;
  readNamedWindows(cursor, scope);
  const orderAt = cursor.at;
  const ordered = !further && readSelectOrder(cursor, scope);
  const bare = takeBare(cursor, scope, bareBefore);
  scope.grouped = groups !== null;
  if (groups || scope.aggregated) {
    takeFirstRows(cursor, bareItems, groups ?? []);
    takeFirstRows(cursor, bare, groups ?? []);
    // One row needs no order, and SQLite takes no aggregate there.
    if (!groups && ordered) cursor.edits.drop(orderAt, cursor.at);
  } else if (havingAt >= 0) {
    // MariaDB filters single rows by HAVING too, for which SQLite has WHERE.
    cursor.edits.wrap(havingAt + 1, havingEnd, '(', ')');
    cursor.edits.replace(havingAt, whereAt < 0 ? 'WHERE' : 'AND');
    if (whereAt >= 0) cursor.edits.wrap(whereAt, whereEnd, '(', ')');
  }
  return ordered;
}

/** MariaDB takes the first row of a group for what is not grouped by; SQLite another, or the one that has the MAX. */
function takeFirstRows(cursor: Cursor, bare: Bare, groups: readonly Group[]): void {
  for (const { start, end, key, column } of bare) {
    if (key.startsWith('item ')) continue;
    if (groups.some((group) => group.key === key || (group.start <= start && start < group.end))) continue;
    cursor.edits.wrapInside(start, end, 'my_first_row(', `)${column?.type === 'text' ? ' COLLATE NOCASE' : ''}`);
  }
}

interface Group {
  start: number;
  end: number;
  key: string | undefined;
}

/** GROUP BY; also the items that are grouped by their alias or place. */
function readGroups(cursor: Cursor, scope: Scope, items: readonly Item[]): Group[] | null {
  if (!cursor.takeWord('GROUP')) return null;
  cursor.expectWord('BY');
  scope.seesItems = 'after columns';
  const read = readOrder(cursor, scope);
  scope.seesItems = null;
  if (cursor.word() === 'WITH') {
    cursor.at += 1;
    cursor.expectWord('ROLLUP');
    cursor.complain('other', 'WITH ROLLUP is not translated');
  }
  const groups: Group[] = [];
  for (const group of read) {
    const token = cursor.tokens[group.start];
    let item: Expression | null | undefined;
    if (group.end - group.start === 1 && token?.kind === 'number') item = items[Number(token.text) - 1]?.expression;
    else if (group.key?.startsWith('item ')) {
      const name = group.key.slice(5);
      item = items.find(({ columns }) => columns?.[0]?.name === name)?.expression;
    }
    groups.push(item ?? group);
    if (item?.key !== undefined) groups.push({ start: 0, end: 0, key: item.key });
    if (!item) asCollated(cursor, group);
  }
  return groups;
}

function readHaving(cursor: Cursor, scope: Scope, items: readonly Item[], groups: readonly Group[] | null): void {
  cursor.expectWord('HAVING');
  const named = items.flatMap(({ expression, columns }) =>
    expression ? [[columns?.[0]?.name ?? '', expression] as const] : [],
  );
  scope.seesItems = 'after groups';
  scope.having = {
    groups: new Set((groups ?? []).flatMap(({ key }) => key ?? [])),
    items: new Map(named),
    open: named.length < items.length,
  };
  cursor.readExpression(scope);
  scope.seesItems = null;
  scope.having = null;
}

/** WINDOW name AS (…), … */
function readNamedWindows(cursor: Cursor, scope: Scope): void {
  if (!cursor.takeWord('WINDOW')) return;
  do {
    cursor.takeName();
    cursor.expectWord('AS');
    if (cursor.operator() !== '(') cursor.fail();
    readWindowSpecification(cursor, scope);
  } while (cursor.takeOperator(','));
}

function readSelectOrder(cursor: Cursor, scope: Scope): boolean {
  if (!cursor.takeWord('ORDER')) return false;
  cursor.expectWord('BY');
  scope.seesItems = 'before columns';
  const ordered = readOrder(cursor, scope);
  scope.seesItems = null;
  for (const value of ordered) if (value.type === 'text' && value.text === undefined) asSortKey(cursor, value);
  return true;
}
