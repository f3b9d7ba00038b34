/** Rows of several tables that references tie together: what a join of those tables would give as one row. */
import type { Cell, TableRows } from '../databases/schema.ts';
import type { TableWay } from './table-ways.ts';

/** Place of a row in its table, for each table of the chain. */
export type Chain = ReadonlyMap<string, number>;

/** Beyond this, more rows make no difference. */
const mostCounted = 1000;

export class RowChains {
  private readonly rows: TableRows;
  private readonly indexes = new Map<TableWay, Map<string, number[]>>();

  /** `rows` may change later, but not in the columns of references. */
  constructor(rows: TableRows) {
    this.rows = rows;
  }

  /** A chain from a row of the start table; `choose` picks one of the rows that may follow. Null where none follows. */
  walk(
    start: string,
    row: number,
    ways: readonly TableWay[],
    choose: (rows: readonly number[]) => number,
  ): Chain | null {
    const chain = new Map([[start, row]]);
    for (const edge of ways) {
      const next = this.next(edge, chain.get(edge.from) as number);
      if (next.length === 0) return null;
      chain.set(edge.to, choose(next));
    }
    return chain;
  }

  /** Whether there is a chain from one of the rows whose every row is accepted. */
  some(
    start: string,
    rows: Iterable<number>,
    ways: readonly TableWay[],
    accepts: (table: string, row: number) => boolean,
  ): boolean {
    const chain = new Map<string, number>();
    const goOn = (step: number): boolean => {
      const edge = ways[step];
      if (edge === undefined) return true;
      return this.next(edge, chain.get(edge.from) as number).some((row) => {
        chain.set(edge.to, row);
        return accepts(edge.to, row) && goOn(step + 1);
      });
    };
    for (const row of rows) {
      chain.set(start, row);
      if (accepts(start, row) && goOn(0)) return true;
    }
    return false;
  }

  /** How many chains there are from a row, each along all the ways. */
  count(row: number, ways: readonly TableWay[]): number {
    let rows: readonly number[] = [row];
    for (const way of ways) rows = rows.flatMap((each) => this.next(way, each)).slice(0, mostCounted);
    return rows.length;
  }

  private next(edge: TableWay, row: number): readonly number[] {
    let index = this.indexes.get(edge);
    if (index === undefined) {
      index = new Map();
      for (const [i, cells] of (this.rows[edge.to] ?? []).entries()) {
        const key = keyOf(cells, edge.toColumns);
        const known = key === null ? undefined : index.get(key);
        if (known) known.push(i);
        else if (key !== null) index.set(key, [i]);
      }
      this.indexes.set(edge, index);
    }
    const key = keyOf(this.rows[edge.from]?.[row] ?? [], edge.fromColumns);
    return (key === null ? undefined : index.get(key)) ?? [];
  }
}

/** Null: a part is NULL, which refers to nothing. */
function keyOf(row: readonly Cell[], columns: readonly number[]): string | null {
  const cells = columns.map((c) => row[c] ?? null);
  return cells.includes(null) ? null : JSON.stringify(cells);
}
