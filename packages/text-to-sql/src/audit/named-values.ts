/** Where the values that questions name stand in the database: found in the rows, so that no word list is needed. */
import { type Cell, type DatabaseSchema, foreignKeysOf, primaryKeyOf, type TableRows } from '../databases/schema.ts';
import type { Bindings } from '../linking/bind-placeholders.ts';

export interface NamedColumn {
  table: string;
  column: string;
}

/** A value that a question names, and the column that it stands in. */
export interface NamedCell extends NamedColumn {
  value: Cell;
}

/** The kind of a placeholder: `city2` is a second `city`. */
export const kindOf = (placeholder: string): string => placeholder.replace(/\d+$/, '');

/** What two writings of a value have in common for the databases, which compare without regard to case. */
export const valueKey = (value: Cell): string =>
  typeof value === 'string' ? `'${value.toLowerCase()}` : String(value);

/**
 * For each kind of placeholder the column that holds most of the values bound to it, at least half of them; of equal ones the
 * first of the schema. References are left out, and so are keys of numbers: years would be found among them.
 */
export function namedColumns(
  rows: TableRows,
  schema: DatabaseSchema,
  questions: Iterable<Bindings>,
): Map<string, NamedColumn> {
  const asked = new Map<string, Set<string>>();
  for (const bindings of questions)
    for (const [placeholder, value] of Object.entries(bindings)) {
      const kind = kindOf(placeholder);
      const known = asked.get(kind) ?? new Set();
      asked.set(kind, known.add(valueKey(value)));
    }
  const columns = new Map<string, NamedColumn>();
  const most = new Map<string, number>();
  for (const table of schema.tables) {
    const keys = new Set(primaryKeyOf(table));
    const references = new Set(foreignKeysOf(table).flatMap((reference) => reference.columns));
    table.columns.forEach(({ name, type }, c) => {
      if (references.has(name) || (keys.has(name) && type !== 'text')) return;
      const held = new Set((rows[table.name] ?? []).map((row) => valueKey(row[c] ?? null)));
      for (const [kind, values] of asked) {
        const found = [...values].filter((value) => held.has(value)).length;
        if (found * 2 < values.size || found <= (most.get(kind) ?? 0)) continue;
        most.set(kind, found);
        columns.set(kind, { table: table.name, column: name });
      }
    });
  }
  return columns;
}

/**
 * The cells that a question names, all together. One that names two values of a kind asks about either: there is a combination for
 * each, with the other kinds' first where they have no second.
 */
export function namedCells(bindings: Bindings, columns: ReadonlyMap<string, NamedColumn>): NamedCell[][] {
  const cells = new Map<string, NamedCell[]>();
  for (const [placeholder, value] of Object.entries(bindings)) {
    const kind = kindOf(placeholder);
    const column = columns.get(kind);
    if (column) cells.set(kind, [...(cells.get(kind) ?? []), { ...column, value }]);
  }
  const several = Math.max(0, ...[...cells.values()].map((own) => own.length));
  return Array.from({ length: several }, (_, i) =>
    [...cells.values()].map((own) => own[Math.min(i, own.length - 1)] as NamedCell),
  );
}
