/** The value index of a database whose columns a word list names. */
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import { findColumn } from '../grammar/query-parts.ts';
import type { Category, WordList } from '../grammar/word-list.ts';
import { buildValueIndex, type ValueIndex, type ValueSource } from './value-index.ts';

type Named = { column: string; placeholder: string };

/**
 * Indexes the text values that the topics name placeholders for, the words of the categories and the years. Where one phrase
 * names values of several columns, entities come first, then categories, then dimensions, each in the list's order.
 * Rows of several databases may be given: what one of them knows can be linked in a question about another.
 */
export function indexDatabase(schema: DatabaseSchema, words: WordList, databases: readonly TableRows[]): ValueIndex {
  const values = (name: string): Cell[] => {
    const found = findColumn(schema, name);
    if (!found) return [];
    const { table, place } = found;
    return [...new Set(databases.flatMap((rows) => (rows[table.name] ?? []).map((row) => row[place] ?? null)))];
  };
  const texts = ({ column, placeholder }: Named): ValueSource => ({
    kind: placeholder,
    entries: values(column).flatMap((value) => (typeof value === 'string' ? [{ value }] : [])),
  });
  const { topics, numbers } = words;
  const [time] = topics.flatMap(({ time }) => (time ? [time] : []));
  const years = [...new Set(topics.flatMap(({ time }) => (time ? [time.column] : [])))].flatMap((column) =>
    values(column).flatMap(yearOf),
  );
  const [from, to] = years.reduce<[number, number]>(
    ([low, high], year) => [Math.min(low, year), Math.max(high, year)],
    [Infinity, -Infinity],
  );
  return buildValueIndex(
    [
      ...distinct(topics.flatMap(({ entity }) => (entity ? [entity] : []))).map(texts),
      ...topics.flatMap(({ category }) => (category ? [phrasesOf(category)] : [])),
      ...distinct(topics.flatMap(({ dimensions }) => dimensions)).map(texts),
    ],
    { kind: time?.placeholder ?? '', from, to },
    numbers && { kind: numbers.placeholder },
  );
}

const phrasesOf = ({ placeholder, values }: Category): ValueSource => ({
  kind: placeholder,
  entries: values.flatMap(({ value, words }) => words.map((phrase) => ({ value, phrase }))),
});

/** Several topics share columns. */
function distinct(named: readonly Named[]): Named[] {
  return [...new Map(named.map((each) => [`${each.placeholder} ${each.column}`, each])).values()];
}

/** Year of a cell that holds a year or a date. */
function yearOf(value: Cell): number[] {
  if (typeof value === 'number') return [value];
  const digits = /^\d{4}(?=-|$)/.exec(value ?? '');
  return digits ? [Number(digits[0])] : [];
}
