/** How columns are called and how their values are written. */
import { dateTime, duration, number, percent } from '#ui/format.ts';
import type { Cell, GroupCell } from './schemas.ts';

/** Facts about runs that can be columns, in words. */
export const factNames: Record<string, string> = {
  status: 'Status',
  updates: 'Updates',
  seed: 'Seed',
  duration: 'Duration',
  created: 'Started',
  finished: 'Ended',
  active: 'Last step',
  tag: 'Tags',
  sweep: 'Sweep',
  parent: 'Branch of',
  error: 'Error',
  id: 'Id',
};

const textual = new Set(['status', 'tag', 'sweep', 'parent', 'error', 'id', 'created', 'finished', 'active']);

export interface ColumnName {
  /** Short, for the head of the column. */
  title: string;
  /** Which group of settings, or which of a metric's values; '' where the title says it all. */
  of: string;
}

export function columnName(id: string): ColumnName {
  if (id in factNames) return { title: factNames[id] as string, of: '' };
  const [, part, name] = /^(last|max|min)\((.+)\)$/.exec(id) ?? [];
  if (part !== undefined && name !== undefined) return { title: name, of: part };
  const parts = id.split('.');
  return parts.length > 1 ? { title: parts.at(-1) as string, of: parts.slice(0, -1).join('.') } : { title: id, of: '' };
}

/** Numbers stand on the right. */
export function isNumeric(id: string, cells: readonly (Cell | undefined)[]): boolean {
  if (textual.has(id)) return false;
  if (id in factNames) return true;
  return cells.every((cell) => cell === null || cell === undefined || typeof cell === 'number');
}

/** Scores are shares; metrics are numbers as they come. */
export function isShare(id: string): boolean {
  return /^(?:(?:last|max|min)\()?(?:dev|test)\//.test(id);
}

export function cellText(id: string, cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '–';
  if (typeof cell === 'number') return isShare(id) ? percent(cell) : id === 'duration' ? duration(cell) : number(cell);
  if (['created', 'finished', 'active'].includes(id)) return dateTime(String(cell));
  return String(cell);
}

/** Mean ± standard error, in one unit. */
export function groupCellText(id: string, cell: GroupCell | undefined): string {
  if (cell === undefined) return '';
  if (cell.kind === 'same') return cellText(id, cell.value);
  if (cell.kind === 'mixed') return '';
  const { mean, standardError: error } = cell;
  if (error === null || error === 0) return cellText(id, mean);
  if (isShare(id)) return `${(mean * 100).toFixed(1)} ± ${(error * 100).toFixed(1)} %`;
  if (id === 'duration') return `${duration(mean)} ± ${duration(error)}`;
  return `${number(mean)} ± ${Number(error.toPrecision(2))}`;
}
