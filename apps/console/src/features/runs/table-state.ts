/** The state of the table of runs, all of it in the URL, and the calls of the API that it stands for. */
import { parseAsArrayOf, parseAsBoolean, parseAsInteger, parseAsString } from 'nuqs/server';

export const defaultColumns = [
  'status',
  'updates',
  'max(dev/accuracy)',
  'test/accuracy',
  'reward',
  'seed',
  'duration',
  'tag',
  'created',
];

export const tableParsers = {
  /** Filter. */
  q: parseAsString.withDefault(''),
  sort: parseAsString.withDefault(''),
  columns: parseAsArrayOf(parseAsString).withDefault(defaultColumns),
  /** Column whose equal values make a group. */
  group: parseAsString.withDefault(''),
  /** Groups that are open, by the beginning of their keys. */
  open: parseAsArrayOf(parseAsString).withDefault([]),
  /** Hide columns in which all rows are equal. */
  differ: parseAsBoolean.withDefault(false),
  /** 1-based. */
  page: parseAsInteger.withDefault(1),
};

export interface TableState {
  q: string;
  sort: string;
  columns: string[];
  group: string;
  open: string[];
  differ: boolean;
  page: number;
}

/** Runs, or groups, of a page. */
export const pageSize = 300;

/** Columns that every row has anyway, so that they are not asked for. */
const always = new Set([
  'status',
  'updates',
  'seed',
  'tag',
  'sweep',
  'parent',
  'created',
  'finished',
  'active',
  'id',
  'name',
]);

export type TableQuery = Pick<TableState, 'q' | 'sort' | 'columns' | 'group' | 'page'>;

/** What the table shows, as the API is asked for it. */
export function runsPath({ q, sort, columns, group, page }: TableQuery): string {
  return `/api/v1/runs?${search({ q, sort, columns, group }, { limit: pageSize, offset: (Math.max(1, page) - 1) * pageSize })}`;
}

/** What the table shows, or of it the runs `ids`, as a file. */
export function exportPath(format: 'csv' | 'json', state: Omit<TableQuery, 'page'>, ids: readonly string[]): string {
  const query = search({ ...state, group: '' }, { limit: 1000, ...(ids.length > 0 && { ids: ids.join(',') }) });
  return `/api/v1/runs${format === 'csv' ? '.csv' : ''}?${query}`;
}

function search({ q, sort, columns, group }: Omit<TableQuery, 'page'>, more: Record<string, string | number>): string {
  const given = {
    ...(q.trim() !== '' && { filter: q }),
    ...(sort !== '' && { sort }),
    ...(group !== '' && { group }),
    // Of groups, every column says something.
    columns: columns.filter((column) => group !== '' || !always.has(column)).join(','),
    ...more,
  };
  return new URLSearchParams(Object.entries(given).map(([name, value]) => [name, String(value)])).toString();
}

/** A filter that holds anyway, and one that was typed. */
export function both(within: string, typed: string): string {
  return within === '' ? typed : typed.trim() === '' ? within : `${within} AND (${typed})`;
}
