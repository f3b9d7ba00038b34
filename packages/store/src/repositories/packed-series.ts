/** Series in packed rows: a row of a query holds thousands of points as JSON lists, exact to the last bit. */
import type { DatabaseLocation } from '../database/location.ts';

export interface StoredSeries {
  runId: string;
  name: string;
  /** Ascending. */
  updates: number[];
  /** At the update of the same index. */
  values: number[];
}

/** Updates from `after` (left out itself) to `upTo`. */
export interface UpdateRange {
  after?: number | undefined;
  upTo?: number | undefined;
}

/** Lists of MariaDB end at a megabyte (group_concat_max_len); a number has 25 characters at most. */
const updatesInRow = 20_000;

/** The expressions that pack rows of (update, value). */
export function packed(engine: DatabaseLocation['engine']): { updates: string; values: string; chunk: string } {
  const list = engine === 'sqlite' ? 'json_group_array' : 'JSON_ARRAYAGG';
  return {
    updates: `${list}(\`update\`)`,
    values: `${list}(value)`,
    chunk: `(\`update\` - \`update\` % ${updatesInRow})`,
  };
}

export function within({ after, upTo }: UpdateRange): { sql: string; parameters: number[] } {
  const parts: [sql: string, value: number | undefined][] = [
    [' AND `update` > ?', after],
    [' AND `update` <= ?', upTo],
  ];
  const given = parts.filter((part): part is [string, number] => part[1] !== undefined);
  return { sql: given.map(([sql]) => sql).join(''), parameters: given.map(([, value]) => value) };
}

/** Joins the rows of a series again, in the order of its updates: a database may pack in any order. */
export function unpack(rows: { runId: string; name: string; updates: unknown; values: unknown }[]): StoredSeries[] {
  const found = new Map<string, StoredSeries>();
  for (const { runId, name, ...row } of rows) {
    const key = `${name} ${runId}`;
    const [updates, values] = [listOf(row.updates), listOf(row.values)];
    const before = found.get(key);
    found.set(key, {
      runId,
      name,
      updates: before === undefined ? updates : before.updates.concat(updates),
      values: before === undefined ? values : before.values.concat(values),
    });
  }
  return [...found.values()].map(ascending);
}

function ascending(series: StoredSeries): StoredSeries {
  const { updates, values } = series;
  if (updates.every((update, index) => index === 0 || update > (updates[index - 1] as number))) return series;
  const order = updates.map((_, index) => index).sort((left, right) => (updates[left] ?? 0) - (updates[right] ?? 0));
  return {
    ...series,
    updates: order.map((index) => updates[index] as number),
    values: order.map((index) => values[index] as number),
  };
}

function listOf(value: unknown): number[] {
  return parsed(value) as number[];
}

/** Drivers give JSON as text or parsed. */
export function parsed(json: unknown): unknown {
  return typeof json === 'string' ? JSON.parse(json) : json;
}

export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
