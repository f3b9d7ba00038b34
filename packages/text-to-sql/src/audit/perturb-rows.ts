/**
 * A database whose answers are others: in every column the values change places. Keys and references stay, so that rows hang
 * together as before, but under other names and with other values. What looks at a whole table only (its size, the largest
 * year, how often a value occurs) stays as it is, since no value is lost and none is new.
 */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import { type Draw, keyedDraw } from '../random.ts';

export interface PerturbedColumn {
  table: string;
  column: string;
  rows: number;
  /** Cells that hold another value than before. */
  changed: number;
}

export interface PerturbedRows {
  rows: TableRows;
  /** Those whose values may change places: all but keys and references. */
  columns: PerturbedColumn[];
}

/** The same key always gives the same rows; `rows` stays as it is. */
export function perturbRows(rows: TableRows, schema: DatabaseSchema, ...key: number[]): PerturbedRows {
  const columns: PerturbedColumn[] = [];
  const perturbed = schema.tables.map((table, t) => {
    const before = rows[table.name] ?? [];
    const after = before.map((row) => [...row]);
    table.columns.forEach(({ name, references }, c) => {
      if (c === 0 || references) return;
      const places = permutation(before.length, keyedDraw(...key, t, c));
      let changed = 0;
      after.forEach((row, i) => {
        row[c] = before[places[i] ?? i]?.[c] ?? null;
        if (row[c] !== before[i]?.[c]) changed += 1;
      });
      columns.push({ table: table.name, column: name, rows: before.length, changed });
    });
    return [table.name, after] as const;
  });
  return { rows: Object.fromEntries(perturbed), columns };
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
