/** What has to be looked up by run: last and best values of series, how far it is, when it was last heard of. Index seeks only. */
import type { Database } from '../database/connect.ts';
import { scoreOf } from '../repositories/evaluation-scores.ts';
import { marks } from '../repositories/packed-series.ts';
import type { Column, RunField } from './columns.ts';

/** Values by run, then by id of the column. */
export type Measured = Map<string, Map<string, number>>;

/** Fields that are not in the run's own row. */
export const measuredFields: readonly RunField[] = ['updates', 'active'];

/** Runs in one query: each column asks once for each of them. */
const runsInQuery = 500;

/** Adds the values of `columns` (fields that are measured, and series) for these runs to `measured`. */
export async function measure(
  database: Database,
  measured: Measured,
  runIds: readonly string[],
  columns: readonly Column[],
): Promise<void> {
  const wanted = [...new Map(columns.filter(isMeasured).map((column) => [column.id, column])).values()];
  for (const id of runIds) if (!measured.has(id)) measured.set(id, new Map());
  if (wanted.length === 0) return;
  const seeks = wanted.map(seek);
  const select = seeks.map(({ sql }, index) => `(${sql}) AS c${index}`).join(', ');
  for (let from = 0; from < runIds.length; from += runsInQuery) {
    const ids = runIds.slice(from, from + runsInQuery);
    const rows: Record<string, unknown>[] = await database.$queryRawUnsafe(
      `SELECT r.id AS runId, ${select} FROM Run r WHERE r.id IN (${marks(ids)})`,
      ...seeks.flatMap(({ parameters }) => parameters),
      ...ids,
    );
    for (const { runId, ...row } of rows) {
      const cells = measured.get(runId as string);
      for (const [index, { id }] of wanted.entries()) {
        const value = row[`c${index}`];
        if (value !== null) cells?.set(id, id === 'active' ? timeOf(value) : Number(value));
      }
    }
  }
}

function isMeasured(column: Column): boolean {
  return column.kind === 'series' || (column.kind === 'field' && measuredFields.includes(column.field));
}

const order = { last: '`update` DESC', max: 'value DESC', min: 'value ASC' } as const;

function seek(column: Column): { sql: string; parameters: string[] } {
  if (column.kind === 'series') {
    const score = scoreOf(column.name);
    if (score === null)
      return {
        sql: `SELECT m.value FROM Metric m WHERE m.runId = r.id AND m.name = ? ORDER BY m.${order[column.part]} LIMIT 1`,
        parameters: [column.name],
      };
    // What the base scored on test, at the beginning, is no score of a run that has not concluded.
    const baseLeftOut = score.split === 'test' ? " AND (e.`update` > 0 OR r.status = 'finished')" : '';
    const by = column.part === 'last' ? order.last : `\`${score.column}\` ${column.part === 'max' ? 'DESC' : 'ASC'}`;
    return {
      sql: `SELECT e.\`${score.column}\` FROM Evaluation e WHERE e.runId = r.id AND e.split = ?${baseLeftOut} ORDER BY e.${by} LIMIT 1`,
      parameters: [score.split],
    };
  }
  if (column.id === 'updates')
    return { sql: 'SELECT MAX(m.`update`) FROM Metric m WHERE m.runId = r.id', parameters: [] };
  // Steps of the last update that has any: a run's last sign of life.
  return {
    sql: 'SELECT MAX(s.finishedAt) FROM Step s WHERE s.runId = r.id AND s.`update` = (SELECT MAX(t.`update`) FROM Step t WHERE t.runId = r.id)',
    parameters: [],
  };
}

/** SQLite gives a text with its offset; MariaDB a date, or a text in UTC without one. */
export function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const text = String(value);
  if (/^\d+$/.test(text)) return Number(text);
  return Date.parse(/(?:Z|[-+]\d{2}:?\d{2})$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
}
