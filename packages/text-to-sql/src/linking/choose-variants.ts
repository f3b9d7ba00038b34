/**
 * Databases hold the same name in several writings ("Mixed team", "Mixed team "), which a question cannot tell apart. Of those, a
 * question means the one that occurs together with the other values it names.
 */
import Database from 'better-sqlite3';
import type { DatabaseSchema } from '../databases/schema.ts';
import { toSqlite } from '../executors/sqlite-dialect.ts';
import { tokenizeSql } from '../executors/tokenize-sql.ts';
import { queryParts } from '../grammar/query-parts.ts';
import type { Entity, Topic, WordList } from '../grammar/word-list.ts';
import type { Bindings } from './bind-placeholders.ts';
import { phraseKey } from './value-index.ts';

/** Events of one entity: the value of each dimension, by placeholder. */
type Event = Record<string, string | null>;

/** Rewrites text bindings to the writing that occurs with the other bound values; what occurs nowhere stays. */
export type VariantChooser = (bindings: Bindings) => Bindings;

/** Reads which values occur together from a database file, topic by topic. */
export function variantChooser(path: string, schema: DatabaseSchema, words: WordList): VariantChooser {
  const database = new Database(path, { readonly: true });
  try {
    const choosers = words.topics.flatMap((topic) =>
      topic.entity ? [topicChooser(database, schema, topic, topic.entity)] : [],
    );
    return (bindings) => choosers.reduce((chosen, choose) => choose(chosen), bindings);
  } finally {
    database.close();
  }
}

function topicChooser(
  database: Database.Database,
  schema: DatabaseSchema,
  topic: Topic,
  entity: Entity,
): VariantChooser {
  const parts = queryParts(schema, topic);
  // what not every row has would leave rows out
  const dimensions = topic.dimensions.filter(({ optional }) => !optional);
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
  const names = dimensions.map(({ placeholder }) => placeholder);
  return (bindings) => {
    const own = events.get(String(bindings[entity.placeholder])) ?? [];
    const bound = names.filter((name) => typeof bindings[name] === 'string');
    const match = own.find((event) =>
      bound.every(
        (name) => event[name] !== null && phraseKey(event[name] as string) === phraseKey(String(bindings[name])),
      ),
    );
    if (!match) return bindings;
    return { ...bindings, ...Object.fromEntries(bound.map((name) => [name, match[name] as string])) };
  };
}
