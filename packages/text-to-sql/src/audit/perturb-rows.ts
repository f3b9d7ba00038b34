/**
 * A database whose answers are others: in every column the values change places. Keys and references stay, so that rows hang
 * together as before, but under other names and with other values. What looks at a whole table only (its size, the largest
 * year, how often a value occurs) stays as it is, since no value is lost and none is new.
 */
import { type Cell, type DatabaseSchema, foreignKeysOf, primaryKeyOf, type TableRows } from '../databases/schema.ts';
import { type Draw, keyedDraw } from '../random.ts';

/** A column whose values may change places: neither of a key nor of a reference. */
export interface LooseColumn {
  table: string;
  column: string;
  /** Places of both in the schema. */
  t: number;
  c: number;
}

export interface PerturbedColumn {
  table: string;
  column: string;
  rows: number;
  /** Cells that hold another value than before. */
  changed: number;
}

export function looseColumns(schema: DatabaseSchema): LooseColumn[] {
  return schema.tables.flatMap((table, t) => {
    const fixed = new Set([...primaryKeyOf(table), ...foreignKeysOf(table).flatMap(({ columns }) => columns)]);
    return table.columns.flatMap(({ name }, c) => (fixed.has(name) ? [] : [{ table: table.name, column: name, t, c }]));
  });
}

/** The same key always gives the same rows; `rows` stays as it is. */
export function perturbRows(rows: TableRows, schema: DatabaseSchema, ...key: number[]): TableRows {
  return perturbColumns(rows, schema, looseColumns(schema), ...key);
}

/** The same with some of the loose columns. */
export function perturbColumns(
  rows: TableRows,
  schema: DatabaseSchema,
  columns: readonly LooseColumn[],
  ...key: number[]
): TableRows {
  const perturbed = copyOfRows(rows, schema);
  for (const { table, t, c } of columns) {
    const before = rows[table] ?? [];
    const places = permutation(before.length, keyedDraw(...key, t, c));
    perturbed[table]?.forEach((row, i) => {
      row[c] = before[places[i] ?? i]?.[c] ?? null;
    });
  }
  return perturbed;
}

/** Rows that may be changed without changing those given; every table of the schema is there. */
export function copyOfRows(rows: TableRows, { tables }: DatabaseSchema): TableRows {
  return Object.fromEntries(tables.map(({ name }) => [name, (rows[name] ?? []).map((row): Cell[] => [...row])]));
}

/** How many cells of each loose column hold another value in `after`. */
export function changedColumns(before: TableRows, after: TableRows, schema: DatabaseSchema): PerturbedColumn[] {
  return looseColumns(schema).map(({ table, column, c }) => {
    const [was = [], is = []] = [before[table], after[table]];
    return { table, column, rows: was.length, changed: is.filter((row, i) => row[c] !== was[i]?.[c]).length };
  });
}

/** A cycle through all places in random order (Sattolo), so that no value stays where it was; equal values may still meet. */
function permutation(length: number, draw: Draw): number[] {
  const places = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(draw.uniform() * i);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  return places;
}
