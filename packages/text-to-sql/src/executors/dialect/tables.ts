/** Reads FROM: tables, queries and joins, and the names that each ON may use. */
import type { Cursor } from './cursor.ts';
import { readBracketedQuery } from './primaries.ts';
import { type NamedColumn, newScope, type Scope, type Source } from './scope.ts';

/** Adds what FROM names to the scope. */
export function readFrom(cursor: Cursor, scope: Scope): void {
  if (cursor.word() === 'DUAL') {
    cursor.edits.drop(cursor.at - 1, cursor.at + 1);
    cursor.at += 1;
    return;
  }
  do scope.sources.push(...readJoins(cursor, scope.outer));
  while (cursor.takeOperator(','));
  scope.sources.forEach(({ alias }, i) => {
    for (let earlier = 0; earlier < i; earlier += 1)
      if (scope.sources[earlier]?.alias === alias) cursor.complain('other', `not unique table or alias: ${alias}`);
  });
}

/** What an ON may use: the tables joined so far, since commas bind looser. */
function scopeOf(sources: readonly Source[], outer: Scope | null): Scope {
  const scope = newScope(outer);
  scope.sources = [...sources];
  return scope;
}

function readJoins(cursor: Cursor, outer: Scope | null): Source[] {
  const sources = readFactor(cursor, outer);
  for (;;) {
    const join = takeJoin(cursor);
    if (!join) return sources;
    const start = cursor.at;
    const joined = readFactor(cursor, outer);
    const before = [...sources];
    sources.push(...joined);
    if (join === 'natural') {
      merge(joined, new Set(before.flatMap(({ columns }) => columns?.map(({ name }) => name) ?? [])));
      continue;
    }
    if (cursor.takeWord('ON')) {
      cursor.readExpression(scopeOf(sources, outer));
    } else if (cursor.takeWord('USING')) {
      merge(joined, readNames(cursor));
    } else if (join === 'outer') {
      // a LEFT JOIN (b JOIN c ON …) may be written without brackets.
      const further = readNestedJoins(cursor, start, joined, outer);
      sources.push(...further);
      cursor.expectWord('ON');
      cursor.readExpression(scopeOf(sources, outer));
    }
  }
}

/** Joins before the ON of an outer one: SQLite, which reads from left to right, needs them in brackets. */
function readNestedJoins(cursor: Cursor, start: number, first: readonly Source[], outer: Scope | null): Source[] {
  const further: Source[] = [];
  while (takeJoin(cursor)) {
    further.push(...readFactor(cursor, outer));
    cursor.expectWord('ON');
    cursor.readExpression(scopeOf([...first, ...further], outer));
  }
  if (further.length > 0) cursor.edits.wrap(start, cursor.at, '(', ')');
  return further;
}

type Join = 'inner' | 'outer' | 'natural';

function takeJoin(cursor: Cursor): Join | null {
  const word = cursor.word();
  switch (word) {
    case 'JOIN':
      cursor.at += 1;
      return 'inner';
    case 'STRAIGHT_JOIN':
      cursor.edits.replace(cursor.at, 'JOIN');
      cursor.at += 1;
      return 'inner';
    case 'INNER':
    case 'CROSS':
      cursor.at += 1;
      cursor.expectWord('JOIN');
      return 'inner';
    case 'LEFT':
    case 'RIGHT':
      cursor.at += 1;
      cursor.takeWord('OUTER');
      cursor.expectWord('JOIN');
      return 'outer';
    case 'NATURAL':
      cursor.at += 1;
      if (cursor.takeWord('LEFT') || cursor.takeWord('RIGHT')) cursor.takeWord('OUTER');
      else cursor.takeWord('INNER');
      cursor.expectWord('JOIN');
      return 'natural';
    default:
      return null;
  }
}

function merge(joined: readonly Source[], merged: ReadonlySet<string>): void {
  for (const source of joined) source.merged = merged;
}

function readNames(cursor: Cursor): Set<string> {
  const names = new Set<string>();
  cursor.expectOperator('(');
  do names.add(cursor.takeName());
  while (cursor.takeOperator(','));
  cursor.expectOperator(')');
  return names;
}

function readFactor(cursor: Cursor, outer: Scope | null): Source[] {
  if (cursor.operator() === '(') return cursor.opensQuery() ? [readDerived(cursor)] : readGrouped(cursor, outer);
  let name = cursor.takeName();
  if (cursor.takeOperator('.')) {
    cursor.complain('unknown_name', `unknown schema: ${name}`);
    name = cursor.takeName(true);
  }
  const columns = columnsOf(cursor, name);
  const alias = readTableAlias(cursor);
  readIndexHints(cursor);
  return [{ alias: alias ?? name, columns }];
}

const aliasStops = new Set(['WINDOW']);

function readTableAlias(cursor: Cursor): string | null {
  const asWord = cursor.takeWord('AS');
  if (cursor.atName() && !(aliasStops.has(cursor.word()) && cursor.word(2) === 'AS')) return cursor.takeName();
  if (asWord) cursor.fail('expected a name after AS');
  return null;
}

/** USE INDEX (…) and the like, which change no result. */
function readIndexHints(cursor: Cursor): void {
  while (['USE', 'FORCE', 'IGNORE'].includes(cursor.word())) {
    const start = cursor.at;
    cursor.at += 1;
    if (!cursor.takeWord('INDEX')) cursor.expectWord('KEY');
    if (cursor.operator() !== '(') cursor.fail();
    cursor.at = cursor.closes(cursor.at) + 1;
    cursor.edits.drop(start, cursor.at);
  }
}

function columnsOf(cursor: Cursor, name: string): readonly NamedColumn[] | null {
  for (let at = cursor.commonTables; at; at = at.outer) if (at.source.alias === name) return at.source.columns;
  if (!cursor.catalogue) return null;
  const columns = cursor.catalogue.tables.get(name);
  if (!columns) cursor.complain('unknown_name', `unknown table: ${name}`);
  return columns ?? null;
}

/** A query in FROM: it sees nothing of what stands around it, and needs a name. */
function readDerived(cursor: Cursor): Source {
  const { columns } = readBracketedQuery(cursor, null);
  const at = cursor.at;
  const alias = readTableAlias(cursor);
  if (alias === null) {
    cursor.at = at;
    cursor.fail('a query in FROM needs a name');
  }
  checkNames(cursor, columns);
  return { alias, columns };
}

/** A table has no two columns of one name; SQLite lets a query in FROM or WITH have them. */
export function checkNames(cursor: Cursor, columns: readonly NamedColumn[] | null): void {
  const names = new Set<string>();
  for (const { name } of columns ?? []) {
    if (names.has(name)) cursor.complain('other', `duplicate column name: ${name}`);
    names.add(name);
  }
}

/** Joins in brackets. Around a single table SQLite would hide its name. */
function readGrouped(cursor: Cursor, outer: Scope | null): Source[] {
  cursor.enter();
  const start = cursor.at;
  cursor.expectOperator('(');
  const sources: Source[] = [];
  do sources.push(...readJoins(cursor, outer));
  while (cursor.takeOperator(','));
  cursor.expectOperator(')');
  if (sources.length === 1) {
    cursor.edits.drop(start);
    cursor.edits.drop(cursor.at - 1);
  }
  cursor.leave();
  return sources;
}
