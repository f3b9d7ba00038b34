/** The ways from table to table along references, in either direction. */
import { type DatabaseSchema, foreignKeysOf } from '../databases/schema.ts';

/** One step: rows of two tables belong together when these columns are equal. */
export interface TableWay {
  from: string;
  to: string;
  /** Places of the columns. */
  fromColumns: number[];
  toColumns: number[];
}

/** For each table that can be reached from `start`, the shortest way there; `start` itself is reached by no step. */
export function waysFrom(start: string, schema: DatabaseSchema): Map<string, TableWay[]> {
  const steps = stepsOf(schema);
  const reached = new Map<string, TableWay[]>([[start, []]]);
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift())
    for (const step of steps)
      if (step.from === at && !reached.has(step.to)) {
        reached.set(step.to, [...(reached.get(at) ?? []), step]);
        queue.push(step.to);
      }
  return reached;
}

/** Both directions of every reference between two tables. */
function stepsOf({ tables }: DatabaseSchema): TableWay[] {
  const places = (table: string, columns: readonly string[]): number[] => {
    const own = tables.find(({ name }) => name === table)?.columns ?? [];
    return columns.map((column) => own.findIndex(({ name }) => name === column));
  };
  return tables.flatMap((table) =>
    foreignKeysOf(table).flatMap(({ columns, references }): TableWay[] => {
      if (references.table === table.name) return [];
      const [own, other] = [places(table.name, columns), places(references.table, references.columns)];
      if ([...own, ...other].includes(-1)) return [];
      return [
        { from: table.name, to: references.table, fromColumns: own, toColumns: other },
        { from: references.table, to: table.name, fromColumns: other, toColumns: own },
      ];
    }),
  );
}
