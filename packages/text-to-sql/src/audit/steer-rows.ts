/**
 * Makes values that questions name together stand together. A query that is right to find nothing mostly finds nothing on a
 * perturbed database either; here the rows that would give it another answer exist. Values change places within their
 * column, as in perturb-rows.ts: none is lost and none is new.
 */
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import { type Draw, keyedDraw } from '../random.ts';
import { groupBy } from './group-by.ts';
import { type NamedCell, valueKey } from './named-values.ts';
import { copyOfRows } from './perturb-rows.ts';
import { type Chain, RowChains } from './row-chains.ts';
import { shuffled } from './shuffled.ts';
import { type TableWay, waysFrom } from './table-ways.ts';

/** Chains of rows tried for a combination before it is given up. */
const tries = 16;

export interface SteeredRows {
  rows: TableRows;
  /** Combinations that stand together now. */
  met: number;
}

/** Combinations that no rows have, each once, in the order given. */
export function missingCombinations(
  rows: TableRows,
  schema: DatabaseSchema,
  combinations: Iterable<readonly NamedCell[]>,
): NamedCell[][] {
  const table = new Cells(rows, schema);
  const chains = new RowChains(rows);
  const plan = planner(table, schema);
  const missing = new Map<string, NamedCell[]>();
  for (const cells of combinations) {
    const key = JSON.stringify(cells);
    const found = missing.has(key) ? null : plan(cells);
    if (found === null) continue;
    const { anchor, ways, byTable } = found;
    const accepts = (name: string, row: number) => (byTable.get(name) ?? []).every((cell) => table.holds(row, cell));
    if (!chains.some(anchor.table, table.rowsWith(anchor), ways, accepts)) missing.set(key, [...cells]);
  }
  return [...missing.values()];
}

/** Steers `rows` (which stay as they are) to as many of the combinations as have room; the key decides which come first. */
export function steerRows(
  rows: TableRows,
  schema: DatabaseSchema,
  combinations: readonly (readonly NamedCell[])[],
  ...key: number[]
): SteeredRows {
  const steered = copyOfRows(rows, schema);
  const table = new Cells(steered, schema);
  const chains = new RowChains(steered);
  const plan = planner(table, schema);
  const draw = keyedDraw(...key);
  const met = shuffled(combinations, draw).filter((cells) => {
    const found = plan(cells);
    return found !== null && bringTogether(cells, found, table, chains, draw);
  }).length;
  return { rows: steered, met };
}

function bringTogether(
  cells: readonly NamedCell[],
  { anchor, ways }: Plan,
  table: Cells,
  chains: RowChains,
  draw: Draw,
): boolean {
  const holders = table.rowsWith(anchor);
  const choose = (rows: readonly number[]) => draw.pick(rows);
  for (let attempt = 0; attempt < tries; attempt++) {
    // A row that holds the anchor may have nothing tied to it; then the anchor moves to one that has.
    const row = attempt < tries / 2 ? draw.pick(holders) : Math.floor(draw.uniform() * table.size(anchor.table));
    const chain = chains.walk(anchor.table, row, ways, choose);
    if (chain !== null && fits(cells, chain, table)) {
      for (const cell of cells) table.bring(cell, chain.get(cell.table) as number, draw);
      return true;
    }
  }
  return false;
}

/** Every cell holds its value already, or is free to take it from a row that is free to give it. */
function fits(cells: readonly NamedCell[], chain: Chain, table: Cells): boolean {
  return cells.every((cell) => {
    const row = chain.get(cell.table) as number;
    return (
      table.holds(row, cell) || (table.isFree(row, cell) && table.rowsWith(cell).some((r) => table.isFree(r, cell)))
    );
  });
}

interface Plan {
  /** The cell that a chain begins at: of the smallest table. */
  anchor: NamedCell;
  ways: TableWay[];
  byTable: Map<string, NamedCell[]>;
}

/** Plans are null for a single value, for values that stand nowhere and for tables that nothing ties together. */
function planner(table: Cells, schema: DatabaseSchema): (cells: readonly NamedCell[]) => Plan | null {
  const known = new Map(schema.tables.map(({ name }) => [name, waysFrom(name, schema)]));
  return (cells) => {
    if (cells.length < 2 || cells.some((cell) => table.rowsWith(cell).length === 0)) return null;
    const anchor = cells.reduce((least, cell) => (table.size(cell.table) < table.size(least.table) ? cell : least));
    const byTable = groupBy(cells, (cell) => cell.table);
    const there = [...byTable.keys()].map((name) => known.get(anchor.table)?.get(name));
    if (there.includes(undefined)) return null;
    return { anchor, byTable, ways: [...new Set(there.flatMap((ways) => ways ?? []))] };
  };
}

/** The cells of rows that change places, and which of them are spoken for. */
class Cells {
  private readonly rows: TableRows;
  private readonly columns: Map<string, number>;
  private readonly places = new Map<string, Map<string, number[]>>();
  private readonly taken = new Set<string>();

  constructor(rows: TableRows, { tables }: DatabaseSchema) {
    this.rows = rows;
    this.columns = new Map(
      tables.flatMap(({ name, columns }) => columns.map((column, c) => [`${name}.${column.name}`, c] as const)),
    );
  }

  size(table: string): number {
    return this.rows[table]?.length ?? 0;
  }

  holds(row: number, cell: NamedCell): boolean {
    return valueKey(this.valueAt(row, cell)) === valueKey(cell.value);
  }

  isFree(row: number, { table, column }: NamedCell): boolean {
    return !this.taken.has(`${table}.${column}.${row}`);
  }

  /** Rows that hold the value. */
  rowsWith(cell: NamedCell): readonly number[] {
    return this.placesOf(cell).get(valueKey(cell.value)) ?? [];
  }

  /** The row gets the value, in exchange for its own, and keeps it. */
  bring(cell: NamedCell, row: number, draw: Draw): void {
    if (!this.holds(row, cell)) {
      const givers = this.rowsWith(cell).filter((giver) => this.isFree(giver, cell));
      this.exchange(cell, row, draw.pick(givers));
    }
    this.taken.add(`${cell.table}.${cell.column}.${row}`);
  }

  private exchange(cell: NamedCell, row: number, other: number): void {
    const places = this.placesOf(cell);
    const [own, taken] = [this.valueAt(row, cell), this.valueAt(other, cell)];
    const c = this.columnOf(cell);
    const rows = this.rows[cell.table] as Cell[][];
    (rows[row] as Cell[])[c] = taken;
    (rows[other] as Cell[])[c] = own;
    const move = (value: Cell, from: number, to: number): void => {
      const list = places.get(valueKey(value)) as number[];
      list[list.indexOf(from)] = to;
    };
    move(own, row, other);
    move(taken, other, row);
  }

  private valueAt(row: number, cell: NamedCell): Cell {
    return this.rows[cell.table]?.[row]?.[this.columnOf(cell)] ?? null;
  }

  private columnOf({ table, column }: NamedCell): number {
    return this.columns.get(`${table}.${column}`) ?? -1;
  }

  private placesOf(cell: NamedCell): Map<string, number[]> {
    const name = `${cell.table}.${cell.column}`;
    let places = this.places.get(name);
    if (places === undefined) {
      places = new Map();
      const c = this.columnOf(cell);
      for (const [row, cells] of (this.rows[cell.table] ?? []).entries()) {
        const key = valueKey(cells[c] ?? null);
        const known = places.get(key);
        if (known) known.push(row);
        else places.set(key, [row]);
      }
      this.places.set(name, places);
    }
    return places;
  }
}
