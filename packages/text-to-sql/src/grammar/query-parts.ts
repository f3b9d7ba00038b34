/** SQL fragments that every question family composes: aliases, join chains along the foreign keys, filters. */
import { UserError } from '@queryloop/contracts';
import type { DatabaseSchema } from '../databases/schema.ts';
import type { WordList } from './word-list.ts';

/** What the grammar needs to know of a schema, worked out once. */
export interface QueryParts {
  /** Qualified, aliased name of a `Table.column`, e.g. `m.year`. */
  column(name: string): string;
  /** Aliased primary key of the table that holds a `Table.column`. */
  key(name: string): string;
  /** ` FROM … JOIN …` from the fact table to the entity; with the birth table when `birth` is set. */
  from(options?: { birth?: boolean }): string;
  /** ` JOIN Medal <alias> ON …`: further events of the series `column` belongs to. */
  joinSeries(column: string, alias: string): string;
  /** Name of a column without its table. */
  bare(name: string): string;
}

interface Join {
  table: string;
  on: string;
}

/** Works out aliases and join chains. Throws UserError when the word list names a table or column the schema lacks. */
export function queryParts(schema: DatabaseSchema, words: WordList): QueryParts {
  const aliases = aliasTables(schema);
  const alias = (table: string) => aliases.get(table) as string;
  const split = (name: string): [string, string] => {
    const [table = '', column = ''] = name.split('.');
    if (!schema.tables.find((t) => t.name === table)?.columns.some((c) => c.name === column))
      throw new UserError({
        message: `the word list names ${name}, which the schema does not have`,
        hint: `tables: ${schema.tables.map((t) => t.name).join(', ')}`,
      });
    return [table, column];
  };
  const column = (name: string) => {
    const [table, bare] = split(name);
    return `${alias(table)}.${bare}`;
  };
  const chain = (goals: string[]) => {
    const joins = joinsTo(schema, words.fact.table, goals, alias);
    return ` FROM ${words.fact.table} ${alias(words.fact.table)}${joins.map(({ table, on }) => ` JOIN ${table} ${alias(table)} ON ${on}`).join('')}`;
  };
  const main = [words.entity, ...words.dimensions, words.time].map(({ column: name }) => split(name)[0]);
  const plain = chain(main);
  const withBirth = words.birth ? chain([...main, split(words.birth.column)[0]]) : plain;
  const primaryKey = (table: string) => schema.tables.find((t) => t.name === table)?.columns[0]?.name as string;
  return {
    column,
    key: (name) => `${alias(split(name)[0])}.${primaryKey(split(name)[0])}`,
    from: ({ birth = false } = {}) => (birth ? withBirth : plain),
    joinSeries: (name, other) => {
      const link = primaryKey(split(name)[0]);
      return ` JOIN ${words.fact.table} ${other} ON ${other}.${link} = ${alias(words.fact.table)}.${link}`;
    },
    bare: (name) => split(name)[1],
  };
}

/** First letter of each table, lengthened until it is its own. */
function aliasTables(schema: DatabaseSchema): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const { name } of schema.tables) {
    let length = 1;
    while ([...aliases.values()].includes(name.slice(0, length).toLowerCase())) length += 1;
    aliases.set(name, name.slice(0, length).toLowerCase());
  }
  return aliases;
}

/** Joins from `start` to every goal table along foreign keys in either direction, nearest first. */
function joinsTo(schema: DatabaseSchema, start: string, goals: string[], alias: (table: string) => string): Join[] {
  const reached = new Map<string, Join[]>([[start, []]]);
  const queue = [start];
  const links = schema.tables.flatMap(({ name, columns }) =>
    columns.flatMap((c) =>
      c.references ? [{ from: name, column: c.name, to: c.references.table, key: c.references.column }] : [],
    ),
  );
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const link of links) {
      const table = link.from === at ? link.to : link.to === at ? link.from : undefined;
      if (table === undefined || reached.has(table)) continue;
      const other = table === link.to ? [link.from, link.column] : [link.to, link.key];
      const own = table === link.to ? link.key : link.column;
      const on = `${alias(table)}.${own} = ${alias(other[0] as string)}.${other[1]}`;
      reached.set(table, [...(reached.get(at) as Join[]), { table, on }]);
      queue.push(table);
    }
  }
  const joins = new Map<string, Join>();
  for (const goal of goals) for (const join of reached.get(goal) ?? []) joins.set(join.table, join);
  return [...joins.values()];
}
