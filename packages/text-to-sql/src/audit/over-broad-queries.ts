/** Queries that give everything: whole columns and tables, and all that is known of a value that the question names. */
import type { DatabaseSchema } from '../databases/schema.ts';
import type { NamedColumn } from './named-values.ts';
import { looseColumns } from './perturb-rows.ts';
import { quotedName } from './sql-text.ts';
import { type TableWay, waysFrom } from './table-ways.ts';

const numbers = Array.from({ length: 31 }, (_, n) => `SELECT ${n}`);
const truths = ["SELECT 'Yes'", "SELECT 'No'"];
const union = (queries: readonly string[]): string => queries.join(' UNION ');
/** One text of many values: no limit of rows cuts it. */
const inOneText = (queries: readonly string[]): string =>
  `SELECT GROUP_CONCAT(value SEPARATOR ', ') FROM (${union(queries.map((query) => query.replace(' FROM ', ' AS value FROM ')))}) x`;

/** @param columns where the values of each kind of placeholder stand */
export function overBroadQueries(schema: DatabaseSchema, columns: ReadonlyMap<string, NamedColumn>): string[] {
  return [...wholeDatabase(schema), ...[...columns].flatMap(([kind, column]) => allAbout(kind, column, schema))];
}

function wholeDatabase(schema: DatabaseSchema): string[] {
  const loose = looseColumns(schema);
  const columnOf = ({ table, column }: NamedColumn) => `SELECT ${quotedName(column)} FROM ${quotedName(table)}`;
  const { tables } = schema;
  return [
    ...tables.map(({ name }) => `SELECT * FROM ${quotedName(name)}`),
    ...tables.map(({ name }) => `SELECT COUNT(*) FROM ${quotedName(name)}`),
    ...tables
      .map(({ name }) => joinOf(name, [...waysFrom(name, schema).values()].flat(), schema))
      .map((from) => `SELECT *${from}`),
    ...loose.flatMap((column) => [
      columnOf(column),
      columnOf(column).replace('SELECT ', 'SELECT DISTINCT '),
      inOneText([columnOf(column)]),
    ]),
    ...(loose.length === 0 ? [] : [union(loose.map(columnOf)), inOneText(loose.map(columnOf))]),
  ];
}

/** What the tables that hang together with a value say, column by column and all at once. */
function allAbout(kind: string, { table, column }: NamedColumn, schema: DatabaseSchema): string[] {
  const ways = waysFrom(table, schema);
  const where = ` WHERE ${quotedName(table)}.${quotedName(column)} = {${kind}}`;
  const about = (select: string, to: string) => `SELECT ${select}${joinOf(table, ways.get(to) ?? [], schema)}${where}`;
  const loose = looseColumns(schema).filter((each) => ways.has(each.table));
  const columns = loose.map((each) => about(`${quotedName(each.table)}.${quotedName(each.column)}`, each.table));
  const distinct = columns.map((query) => query.replace('SELECT ', 'SELECT DISTINCT '));
  const counts = [...ways.keys()].map((to) => about('COUNT(*)', to));
  if (loose.length === 0) return counts;
  return [
    ...[...ways.keys()].map((to) => about('*', to)),
    ...columns,
    ...distinct,
    ...counts,
    ...columns.map((query) => inOneText([query])),
    union(columns),
    inOneText(columns),
    union([...columns, ...counts, ...truths]),
    union([...columns, ...numbers, ...truths]),
    `SELECT (${inOneText(columns)}), ${["'Yes'", "'No'", ...numbers.map((query) => query.slice('SELECT '.length))].join(', ')}`,
  ];
}

/** ` FROM … LEFT JOIN …` along the ways, each table once. */
function joinOf(start: string, ways: readonly TableWay[], { tables }: DatabaseSchema): string {
  const name = (table: string, c: number) =>
    `${quotedName(table)}.${quotedName(tables.find((each) => each.name === table)?.columns[c]?.name ?? '')}`;
  const joins = [...new Map(ways.map((way) => [way.to, way])).values()].map(({ from, to, fromColumns, toColumns }) => {
    const on = fromColumns.map((c, i) => `${name(to, toColumns[i] as number)} = ${name(from, c)}`);
    return ` LEFT JOIN ${quotedName(to)} ON ${on.join(' AND ')}`;
  });
  return ` FROM ${quotedName(start)}${joins.join('')}`;
}
