/**
 * Gives values that little is known of much: they change places with those of the rows that most others are tied to. What is asked
 * about somebody with a few events (how many in the late twenties?) and is found nowhere, is found about somebody with many.
 */
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import { keyedDraw } from '../random.ts';
import { groupBy } from './group-by.ts';
import { type NamedCell, valueKey } from './named-values.ts';
import { copyOfRows } from './perturb-rows.ts';
import { RowChains } from './row-chains.ts';
import { shuffled } from './shuffled.ts';
import { waysFrom } from './table-ways.ts';

/** Of a table's rows: the part that counts as rich. */
const richShare = 1 / 3;

/** Of more values than there are rich rows, as many as those are drawn; `rows` stays as it is. */
export function enrichRows(
  rows: TableRows,
  schema: DatabaseSchema,
  values: readonly NamedCell[],
  ...key: number[]
): TableRows {
  const enriched = copyOfRows(rows, schema);
  const chains = new RowChains(rows);
  const draw = keyedDraw(...key);
  for (const own of groupBy(values, ({ table, column }) => `${table}.${column}`).values()) {
    const { table, column } = own[0] as NamedCell;
    const cells = enriched[table] ?? [];
    const c = schema.tables.find(({ name }) => name === table)?.columns.findIndex(({ name }) => name === column) ?? -1;
    const ways = [...waysFrom(table, schema).values()];
    const tied = cells.map((_, row) => ways.reduce((sum, way) => sum + chains.count(row, way), 0));
    const richest = [...tied.keys()].sort((a, b) => (tied[b] as number) - (tied[a] as number) || a - b);
    const places = shuffled(richest.slice(0, Math.ceil(richest.length * richShare)), draw);
    for (const [i, { value }] of shuffled(own, draw).slice(0, places.length).entries()) {
      const holder = cells.findIndex((row) => valueKey(row[c] ?? null) === valueKey(value));
      if (holder >= 0) exchange(cells[holder] as Cell[], cells[places[i] as number] as Cell[], c);
    }
  }
  return enriched;
}

function exchange(one: Cell[], other: Cell[], c: number): void {
  [one[c], other[c]] = [other[c] ?? null, one[c] ?? null];
}
