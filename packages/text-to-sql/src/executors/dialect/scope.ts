/** Which names a statement may use where, by MySQL's rules; SQLite's are looser. */

/** `integer` and `number` (decimal or floating) are compared as numbers; `any` is not known and left alone; `null` is NULL itself. */
export type ValueType = 'integer' | 'number' | 'text' | 'any' | 'null';

export interface NamedColumn {
  /** Lower case. */
  name: string;
  type: ValueType;
  /** A column of a table, compared as its collation says. */
  collated: boolean;
  /** The column of a table in the database. */
  origin?: { table: string; column: string };
}

/** Something that FROM names; `columns` is null when they are not known. */
export interface Source {
  /** Lower case. */
  alias: string;
  columns: readonly NamedColumn[] | null;
  /** Names that USING or NATURAL made one with those of a table before: * gives them once. */
  merged?: ReadonlySet<string>;
}

export interface Catalogue {
  /** By their names in lower case. */
  tables: ReadonlyMap<string, readonly NamedColumn[]>;
  /** Whether a column of a table has a value that SQLite takes for equal to a text. */
  holds(column: NamedColumn, text: string): boolean;
}

/** The names that one SELECT (or one ON) sees. */
export interface Scope {
  sources: Source[];
  outer: Scope | null;
  /** Select items; seen where `seesItems` says so. */
  items: readonly NamedColumn[];
  /** It has an aggregate. */
  aggregated: boolean;
  /** It has a GROUP BY. */
  grouped: boolean;
  /** GROUP BY looks at columns first, ORDER BY at items, HAVING at what is grouped by; null where items are not seen. */
  seesItems: 'after columns' | 'before columns' | 'after groups' | null;
  /** What HAVING may use outside aggregates, while it is read; null elsewhere. */
  having: Having | null;
}

export interface Having {
  /** Columns that are grouped by. */
  groups: ReadonlySet<string>;
  /** Items by their names; those behind a * have none. */
  items: ReadonlyMap<string, { start: number; end: number; key: string | undefined }>;
  /** There is a *: any column may be used. */
  open: boolean;
}

const noItems: readonly NamedColumn[] = [];

export const newScope = (outer: Scope | null): Scope => ({
  sources: [],
  outer,
  items: noItems,
  aggregated: false,
  grouped: false,
  seesItems: null,
  having: null,
});

export interface Found {
  column: NamedColumn | null;
  /** The SELECT that the column belongs to. */
  scope: Scope;
  /** What the column is called there, to tell it from others. */
  key: string;
}

/** What a name means; null when nothing has it. Names are in lower case. */
export function resolve(scope: Scope, qualifier: string | null, name: string): Found | null {
  for (let at: Scope | null = scope; at; at = at.outer) {
    const item = qualifier === null && at.seesItems ? at.items.find((each) => each.name === name) : undefined;
    if (item && at.seesItems === 'before columns') return { column: item, scope: at, key: `item ${name}` };
    const found = inSources(at, qualifier, name);
    if (item && (!found || found.column === null || hides(at, name, found)))
      return { column: item, scope: at, key: `item ${name}` };
    if (found) return found;
  }
  return null;
}

function inSources(scope: Scope, qualifier: string | null, name: string): Found | null {
  for (const { alias, columns } of scope.sources) {
    if (qualifier !== null && alias !== qualifier) continue;
    if (!columns) return { column: null, scope, key: `${alias}.${name}` };
    for (const column of columns) if (column.name === name) return { column, scope, key: `${alias}.${name}` };
  }
  return null;
}

/** In HAVING an item hides a column of its name that is neither itself nor grouped by. */
function hides({ seesItems, having }: Scope, name: string, { key }: Found): boolean {
  return seesItems === 'after groups' && having?.items.get(name)?.key !== key && !having?.groups.has(key);
}
