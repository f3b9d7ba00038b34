/** Groups of runs: what they have in common, and the mean over them with its standard error. */
import type { RunStatus } from '@queryloop/contracts';
import { mean, standardError } from '@queryloop/stats';
import type { Column } from './columns.ts';
import type { Cell } from './filter-match.ts';

/** Of a column over a group: the mean where there are numbers, else the value that all members share. */
export type GroupCell =
  | { kind: 'mean'; mean: number; standardError: number | null; n: number }
  | { kind: 'same'; value: Cell }
  | { kind: 'mixed'; distinct: number };

export interface TableGroup {
  /** What the members have in common, in the words of the store: an experiment's id, or a setting's value. */
  key: string;
  label: string;
  /** Settings in which it differs from the other groups that are labelled alike. */
  detail: Record<string, Cell>;
  /** All members that match, in order. */
  runIds: string[];
  statuses: Partial<Record<RunStatus, number>>;
  cells: Record<string, GroupCell>;
}

/** Moments and settings have no mean that says something. */
export function groupCell(column: Column, cells: readonly Cell[]): GroupCell {
  const known = cells.filter((cell) => cell !== null);
  const numbers = known.filter((cell) => typeof cell === 'number');
  const counts =
    column.kind === 'series' || (column.kind === 'field' && ['updates', 'duration'].includes(column.field));
  if (counts && numbers.length > 0)
    return {
      kind: 'mean',
      mean: mean(numbers),
      standardError: numbers.length < 2 ? null : standardError(numbers),
      n: numbers.length,
    };
  const distinct = new Set(cells);
  return distinct.size === 1 ? { kind: 'same', value: cells[0] ?? null } : { kind: 'mixed', distinct: distinct.size };
}

export function countStatuses(statuses: readonly RunStatus[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Up to three settings in which experiments differ, of each. */
export function differences(all: readonly ReadonlyMap<string, string | number | boolean>[]): string[] {
  const paths = new Set(all.flatMap((settings) => [...settings.keys()]));
  return [...paths].filter((path) => new Set(all.map((settings) => settings.get(path))).size > 1).slice(0, 3);
}

/** Rows by key, keys in the order they first appear. */
export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
