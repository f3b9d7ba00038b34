/**
 * Databases hold the same name in several writings ("Mixed team", "Mixed team "), which a question cannot tell apart. Of those, a
 * question means the one that occurs together with the other values it names.
 */
import Database from 'better-sqlite3';
import type { DatabaseSchema } from '../databases/schema.ts';
import { toSqlite } from '../executors/sqlite-dialect.ts';
import { tokenizeSql } from '../executors/tokenize-sql.ts';
import { findColumn, queryParts } from '../grammar/query-parts.ts';
import { quoteName } from '../grammar/quote-name.ts';
import type { Dimension, Entity, Topic, WordList } from '../grammar/word-list.ts';
import type { Bindings } from './bind-placeholders.ts';
import { phraseKey } from './value-index.ts';

/** Events of one entity: the value of each dimension, by placeholder. */
type Event = Record<string, string | null>;

/** Rewrites text bindings to the writing that occurs with the other bound values; what occurs nowhere stays. */
export type VariantChooser = (bindings: Bindings) => Bindings;

/**
 * Chooses by which values occur together in a database file, topic by topic. The file is read again when the first binding needs
 * it, which none does where every name has one writing.
 */
export function variantChooser(path: string, schema: DatabaseSchema, words: WordList): VariantChooser {
  const choosers = words.topics.flatMap((topic) =>
    topic.entity ? [topicChooser(path, schema, topic, topic.entity)] : [],
  );
  return (bindings) => choosers.reduce((chosen, choose) => choose(chosen), bindings);
}

function topicChooser(path: string, schema: DatabaseSchema, topic: Topic, entity: Entity): VariantChooser {
  // what not every row has would leave rows out
  const dimensions = topic.dimensions.filter(({ optional }) => !optional);
  const writings = reading(path, (database) => readWritings(database, schema, dimensions));
  let events: Map<string, Event[]> | undefined;
  return (bindings) => {
    const bound = dimensions.flatMap(({ placeholder }) =>
      typeof bindings[placeholder] === 'string' ? [{ name: placeholder, value: bindings[placeholder] }] : [],
    );
    const isOpen = ({ name, value }: { name: string; value: string }) => {
      const known = writings.get(name)?.get(phraseKey(value));
      return known !== undefined && (known.size > 1 || !known.has(value));
    };
    if (!bound.some(isOpen)) return bindings;
    events ??= reading(path, (database) => readEvents(database, schema, { ...topic, dimensions }, entity));
    const match = events
      .get(String(bindings[entity.placeholder]))
      ?.find((event) =>
        bound.every(({ name, value }) => event[name] !== null && phraseKey(String(event[name])) === phraseKey(value)),
      );
    if (!match) return bindings;
    return { ...bindings, ...Object.fromEntries(bound.map(({ name }) => [name, match[name] as string])) };
  };
}

function reading<T>(path: string, read: (database: Database.Database) => T): T {
  const database = new Database(path, { readonly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** The writings of each name, by placeholder and by what they have in common. */
function readWritings(
  database: Database.Database,
  schema: DatabaseSchema,
  dimensions: readonly Dimension[],
): Map<string, Map<string, Set<string>>> {
  return new Map(
    dimensions.map(({ column, placeholder }) => {
      const found = findColumn(schema, column);
      if (!found) throw new Error(`the schema lacks ${column}`);
      const { table, place } = found;
      const name = quoteName(table.columns[place]?.name ?? '');
      // as binary text: writings that the database takes for one differ
      const sql = `SELECT DISTINCT ${name} COLLATE BINARY FROM ${quoteName(table.name)} WHERE typeof(${name}) = 'text'`;
      const byKey = new Map<string, Set<string>>();
      for (const value of database.prepare(sql).pluck().iterate() as Iterable<string>) {
        const known = byKey.get(phraseKey(value));
        if (known) known.add(value);
        else byKey.set(phraseKey(value), new Set([value]));
      }
      return [placeholder, byKey];
    }),
  );
}

function readEvents(
  database: Database.Database,
  schema: DatabaseSchema,
  topic: Topic,
  entity: Entity,
): Map<string, Event[]> {
  const parts = queryParts(schema, topic);
  const { dimensions } = topic;
  const select = [entity, ...dimensions].map(({ column }, i) => `${parts.column(column)} AS c${i}`).join(', ');
  const sql = toSqlite(tokenizeSql(parts.complete(`SELECT ${select}${parts.from()}`)));
  const events = new Map<string, Event[]>();
  for (const row of database.prepare(sql).raw().iterate() as Iterable<(string | null)[]>) {
    const [name, ...values] = row;
    if (name === null || name === undefined) continue;
    const event = Object.fromEntries(dimensions.map(({ placeholder }, i) => [placeholder, values[i] ?? null]));
    const known = events.get(name);
    if (known) known.push(event);
    else events.set(name, [event]);
  }
  return events;
}
