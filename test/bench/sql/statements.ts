/** The statements of the SQL bench, over the rows of the built-in world: look-ups by key, and queries as the grammar writes them. */
import {
  athletesSchema,
  athletesWordList,
  type Bindings,
  type BoundValue,
  bindPlaceholders,
  type Cell,
  grammarSampler,
  type TableRows,
} from '@queryloop/text-to-sql';

const seed = 1;

/** `count` different look-ups of one row by its key. */
export function simpleStatements({ Medal: medals = [] }: TableRows, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const medal = medals[i % medals.length]?.[0];
    return `SELECT type, year, ${i} FROM Medal WHERE medal_id = ${medal}`;
  });
}

/** `count` different queries of the grammar (joins, groups, subqueries), each about one athlete. */
export function grammarStatements(rows: TableRows, count: number): string[] {
  const sample = grammarSampler(athletesSchema, athletesWordList());
  const athletes = athleteValues(rows);
  const statements = new Set<string>();
  for (let i = 0; statements.size < count; i++) {
    const { sql } = sample(seed, i);
    statements.add(bindPlaceholders(sql, bindingsFor(sql, athletes[i % athletes.length] ?? {})));
  }
  return [...statements];
}

/** Per athlete, the values that each kind of placeholder can stand for. */
function athleteValues(rows: TableRows): Record<string, BoundValue[]>[] {
  const { Athlete = [], Tournament = [], Format = [], Medal = [] } = rows;
  const children = (parents: Cell[][], table: Cell[][]): Cell[][] => {
    const ids = new Set(parents.map(([id]) => id));
    return table.filter(([, parent]) => ids.has(parent as Cell));
  };
  const column = (table: Cell[][], index: number): BoundValue[] => [
    ...new Set(table.flatMap((row) => (row[index] === null ? [] : [row[index] as BoundValue]))),
  ];
  return Athlete.map((athlete) => {
    const tournaments = children([athlete], Tournament);
    const formats = children(tournaments, Format);
    const medals = children(formats, Medal);
    return {
      athlete: column([athlete], 1),
      tournament: column(tournaments, 2),
      format: column(formats, 2),
      type: column(medals, 2),
      year: column(medals, 3),
      city: column(medals, 4),
    };
  });
}

/** A value for each placeholder of a query: `{city}` the first of its kind, `{city2}` the second. */
function bindingsFor(sql: string, values: Record<string, BoundValue[]>): Bindings {
  const bound: Record<string, BoundValue> = {};
  for (const [, kind = '', number = '1'] of sql.matchAll(/\{([a-z]+)(\d*)\}/g)) {
    const known = values[kind] ?? [];
    bound[`${kind}${number === '1' ? '' : number}`] = known[(Number(number || 1) - 1) % known.length] ?? 0;
  }
  return bound;
}
