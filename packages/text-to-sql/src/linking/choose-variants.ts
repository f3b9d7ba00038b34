/**
 * Databases hold the same name in several writings ("Mixed team", "Mixed team "), which a question cannot tell apart. Of those, a
 * question means the one that occurs together with the other values it names.
 */
import Database from 'better-sqlite3';
import type { DatabaseSchema } from '../databases/schema.ts';
import { queryParts } from '../grammar/query-parts.ts';
import type { WordList } from '../grammar/word-list.ts';
import type { Bindings } from './bind-placeholders.ts';
import { phraseKey } from './value-index.ts';

/** Events of one entity: the value of each dimension, by placeholder. */
type Event = Record<string, string | null>;

/** Rewrites text bindings to the writing that occurs with the other bound values; what occurs nowhere stays. */
export type VariantChooser = (bindings: Bindings) => Bindings;

/** Reads which values occur together from a database file. */
export function variantChooser(path: string, schema: DatabaseSchema, words: WordList): VariantChooser {
  const parts = queryParts(schema, words);
  const columns = [words.entity, ...words.dimensions];
  const select = columns.map(({ column }, i) => `${parts.column(column)} AS c${i}`).join(', ');
  const database = new Database(path, { readonly: true });
  const events = new Map<string, Event[]>();
  for (const row of database.prepare(`SELECT ${select}${parts.from()}`).raw().iterate() as Iterable<
    (string | null)[]
  >) {
    const [entity, ...values] = row;
    if (entity === null || entity === undefined) continue;
    const event = Object.fromEntries(words.dimensions.map(({ placeholder }, i) => [placeholder, values[i] ?? null]));
    const known = events.get(entity);
    if (known) known.push(event);
    else events.set(entity, [event]);
  }
  database.close();
  const names = words.dimensions.map(({ placeholder }) => placeholder);
  return (bindings) => {
    const own = events.get(String(bindings[words.entity.placeholder])) ?? [];
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
