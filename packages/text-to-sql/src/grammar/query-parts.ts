/** SQL fragments that every question family composes: aliases, join chains along the foreign keys, filters. */
import { UserError } from '@queryloop/contracts';
import { type DatabaseSchema, foreignKeysOf, primaryKeyOf, type Table } from '../databases/schema.ts';
import { aliasTables } from './alias-tables.ts';
import { quoteName } from './quote-name.ts';
import type { Topic, WordList } from './word-list.ts';

/** What the grammar needs to know of a schema to ask about a topic, worked out once. */
export interface QueryParts {
  /** Qualified, aliased name of a `Table.column`, e.g. `m.year`. */
  column(name: string): string;
  /** Aliased primary key of the table that holds a `Table.column`; the column itself where no single column is the key. */
  key(name: string): string;
  /** ` FROM … JOIN …` over the fact table, the entity's and those of which every row has just one. */
  from(): string;
  /** A query with the other tables that it uses (a birth, one of many) joined behind every `from()`. */
  complete(sql: string): string;
  /** ` JOIN Medal <alias> ON …`: further events of the series `column` belongs to, which the fact table itself refers to. */
  joinSeries(column: string, alias: string): string;
  /** Name of a column without its table. */
  bare(name: string): string;
}

interface Join {
  table: string;
  on: string;
}

/** Joins from the fact table to another one. */
interface Chain {
  joins: Join[];
  /** Columns of the fact table by which the first of them is joined. */
  columns: string[];
  /** Each row finds at most one partner, because every key is followed from the table that holds it. */
  single: boolean;
}

/** Finds table and column of a `Table.column`, whose names may hold dots themselves; undefined when the schema lacks it. */
export function findColumn(schema: DatabaseSchema, name: string): { table: Table; place: number } | undefined {
  for (const table of schema.tables) {
    if (!name.startsWith(`${table.name}.`)) continue;
    const place = table.columns.findIndex((column) => `${table.name}.${column.name}` === name);
    if (place >= 0) return { table, place };
  }
  return undefined;
}

/** Throws UserError when a word list names a table or column the schema lacks, or tables that no key joins. */
export function checkAgainstSchema({ topics }: WordList, schema: DatabaseSchema): void {
  for (const topic of topics) queryParts(schema, topic);
}

/** Works out aliases and join chains. Throws UserError when the topic names a table or column the schema lacks. */
export function queryParts(schema: DatabaseSchema, topic: Topic): QueryParts {
  const aliases = aliasTables(schema);
  const alias = (table: string) => aliases.get(table) as string;
  const fact = topic.fact.table;
  if (!aliases.has(fact)) throw unknownName(schema, fact);
  const split = (name: string) => {
    const found = findColumn(schema, name);
    if (!found) throw unknownName(schema, name);
    return { table: found.table, column: found.table.columns[found.place]?.name as string };
  };
  const tableOf = (name: string) => split(name).table.name;
  const chains = joinChains(schema, fact, alias);
  const chainTo = (table: string) => {
    const chain = chains.get(table);
    if (chain) return chain;
    throw new UserError({
      message: `no foreign keys lead from ${fact} to ${table}, which its topic names`,
      hint: 'name the references in the schema, or take the column out of the topic',
    });
  };
  const { entity, dimensions, category, time, birth, measures } = topic;
  const always = new Set<string>();
  if (entity) always.add(tableOf(entity.column));
  const sometimes = new Set<string>();
  for (const { column, optional = false } of [...dimensions, category, time, ...measures].flatMap((named) =>
    named ? [named as { column: string; optional?: boolean }] : [],
  ))
    (chainTo(tableOf(column)).single && !optional ? always : sometimes).add(tableOf(column));
  if (birth) sometimes.add(tableOf(birth.column));
  const joined = distinctJoins([...always].flatMap((table) => chainTo(table).joins));
  const write = (joins: Iterable<Join>) =>
    [...joins].map(({ table, on }) => ` JOIN ${quoteName(table)} ${alias(table)} ON ${on}`).join('');
  const from = ` FROM ${quoteName(fact)} ${alias(fact)}${write(joined.values())}`;
  const extras = [...sometimes].flatMap((table) => {
    const joins = chainTo(table).joins.filter((join) => !joined.has(join.table));
    return joins.length > 0 ? [{ used: new RegExp(`\\b${alias(table)}\\.`), joins }] : [];
  });
  const column = (name: string) => {
    const { table, column: bare } = split(name);
    return `${alias(table.name)}.${quoteName(bare)}`;
  };
  const onlyKey = (table: Table) => {
    const key = primaryKeyOf(table);
    return key.length === 1 ? key[0] : undefined;
  };
  return {
    column,
    key: (name) => {
      const { table, column: bare } = split(name);
      return `${alias(table.name)}.${quoteName(onlyKey(table) ?? bare)}`;
    },
    from: () => from,
    complete: (sql) => {
      const needed = distinctJoins(extras.flatMap(({ used, joins }) => (used.test(sql) ? joins : [])));
      return needed.size === 0 ? sql : sql.replaceAll(from, () => from + write(needed.values()));
    },
    joinSeries: (name, other) => {
      const { table, column: bare } = split(name);
      const { joins, columns } = chainTo(table.name);
      const same = (joins.length === 0 ? [bare] : columns).map((own) => {
        const quoted = quoteName(own);
        return `${other}.${quoted} = ${alias(fact)}.${quoted}`;
      });
      return ` JOIN ${quoteName(fact)} ${other} ON ${same.join(' AND ')}`;
    },
    bare: (name) => quoteName(split(name).column),
  };
}

function unknownName(schema: DatabaseSchema, name: string): UserError {
  const table = schema.tables.find((each) => name.startsWith(`${each.name}.`));
  const there = table
    ? `columns of ${table.name}: ${table.columns.map((column) => column.name).join(', ')}`
    : `tables: ${schema.tables.map((each) => each.name).join(', ')}`;
  return new UserError({
    message: `the word list names ${name}, which the schema does not have`,
    hint: `It has ${there}. Columns are written Table.column.`,
  });
}

const distinctJoins = (joins: readonly Join[]) => new Map(joins.map((join) => [join.table, join]));

/**
 * Joins from `start` to every other table along foreign keys, nearest first; keys are followed from child to parent, and only
 * what cannot be reached so in the other direction.
 */
function joinChains(schema: DatabaseSchema, start: string, alias: (table: string) => string): Map<string, Chain> {
  const reached = new Map<string, Chain>([[start, { joins: [], columns: [], single: true }]]);
  const links = schema.tables.flatMap((table) =>
    foreignKeysOf(table).map(({ columns, references }) => ({
      from: table.name,
      columns,
      table: references.table,
      keys: references.columns,
    })),
  );
  for (const upwardOnly of [true, false]) {
    const queue = [...reached.keys()];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const link of links) {
        const upward = link.from === at;
        const table = upward ? link.table : link.table === at && !upwardOnly ? link.from : undefined;
        if (table === undefined || reached.has(table)) continue;
        const on = link.columns
          .map((name, i) => {
            const child = `${alias(link.from)}.${quoteName(name)}`;
            const parent = `${alias(link.table)}.${quoteName(link.keys[i] as string)}`;
            return upward ? `${parent} = ${child}` : `${child} = ${parent}`;
          })
          .join(' AND ');
        const { joins, columns, single } = reached.get(at) as Chain;
        reached.set(table, {
          joins: [...joins, { table, on }],
          columns: joins.length > 0 ? columns : upward ? link.columns : link.keys,
          single: single && upward,
        });
        queue.push(table);
      }
    }
  }
  return reached;
}
