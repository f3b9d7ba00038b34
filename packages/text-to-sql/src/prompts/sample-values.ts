/** Reads the values of a database that prompts show beside its columns. */
import { describeSqlite } from '../databases/describe-sqlite.ts';
import { type Cell, type DatabaseSchema, foreignKeysOf } from '../databases/schema.ts';
import type { SampleValues } from './schema-text.ts';

/** Longer texts say little of a column for the tokens they cost. */
const longest = 60;

/**
 * The most frequent values of every column, up to `most`; none of keys and references, which are numbers of rows. Texts that are long
 * or do not fit on one line are passed over.
 */
export function readSampleValues(path: string, schema: DatabaseSchema, most: number): SampleValues {
  if (most === 0) return {};
  const references = new Map(
    schema.tables.map((table) => [table.name, new Set(foreignKeysOf(table).flatMap(({ columns }) => columns))]),
  );
  return Object.fromEntries(
    describeSqlite(path, schema, most * 3).map(({ name: table, columns }) => [
      table,
      Object.fromEntries(
        columns.flatMap(({ name, key, samples }) => {
          const shown = key || references.get(table)?.has(name) ? [] : samples.filter(isShort).slice(0, most);
          return shown.length === 0 ? [] : [[name, shown]];
        }),
      ),
    ]),
  );
}

function isShort(cell: Cell): boolean {
  return typeof cell !== 'string' || (cell.length <= longest && cell.trim() !== '' && !/\p{C}/u.test(cell));
}
