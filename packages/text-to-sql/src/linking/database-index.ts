/** The value index of a database whose columns a word list names. */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import type { WordList } from '../grammar/word-list.ts';
import { buildValueIndex, type ValueIndex, type ValueSource } from './value-index.ts';

/**
 * Indexes the text values that the word list names placeholders for, the words of the category and the years. Where one
 * phrase names values of several columns, the entity comes first, then the category, then dimensions in the list's order.
 * Rows of several databases may be given: what one of them knows can be linked in a question about another.
 */
export function indexDatabase(schema: DatabaseSchema, words: WordList, databases: readonly TableRows[]): ValueIndex {
  const values = (name: string) => {
    const [table = '', column = ''] = name.split('.');
    const place = schema.tables.find((t) => t.name === table)?.columns.findIndex((c) => c.name === column) ?? -1;
    return [...new Set(databases.flatMap((rows) => (rows[table] ?? []).map((row) => row[place] ?? null)))];
  };
  const texts = ({ column, placeholder }: { column: string; placeholder: string }): ValueSource => ({
    kind: placeholder,
    entries: values(column).flatMap((value) => (typeof value === 'string' ? [{ value }] : [])),
  });
  const category: ValueSource[] = words.category
    ? [
        {
          kind: words.category.placeholder,
          entries: words.category.values.flatMap(({ value, words: phrases }) =>
            phrases.map((phrase) => ({ value, phrase })),
          ),
        },
      ]
    : [];
  const years = values(words.time.column).filter((value) => typeof value === 'number');
  const [from, to] = years.reduce<[number, number]>(
    ([low, high], year) => [Math.min(low, year), Math.max(high, year)],
    [Infinity, -Infinity],
  );
  return buildValueIndex([texts(words.entity), ...category, ...words.dimensions.map(texts)], {
    kind: words.time.placeholder,
    from,
    to,
  });
}
