/** A row of the table of runs, and the value of a run under any column. */
import type { RunStatus } from '@queryloop/contracts';
import type { Column, RunField } from './columns.ts';
import type { Cell } from './filter-match.ts';
import type { Measured } from './measured-cells.ts';
import type { RunFacts } from './run-facts.ts';

export interface TableRun {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  experimentId: string;
  /** Updates done (null: none is) of those planned. */
  updates: { done: number | null; planned: number };
  sweep: RunFacts['sweep'];
  parent: RunFacts['parent'];
  error: string | null;
  tags: string[];
  createdAt: Date;
  finishedAt: Date | null;
  /** When its last step was done. */
  activeAt: Date | null;
  /** Of the columns that were asked for; times are milliseconds since 1970. */
  cells: Record<string, Cell>;
}

export function tableRun(run: RunFacts, columns: readonly Column[], measured: Measured): TableRun {
  const { settings, ...facts } = run;
  const cells = measured.get(run.id);
  const activeAt = cells?.get('active');
  return {
    ...facts,
    updates: { done: cells?.get('updates') ?? null, planned: plannedOf(settings) },
    activeAt: activeAt === undefined ? null : new Date(activeAt),
    cells: Object.fromEntries(columns.map((column) => [column.id, cellOf(run, column, measured)])),
  };
}

/** One value; tags are joined. */
export function cellOf(run: RunFacts, column: Column, measured: Measured): Cell {
  const cells = cellsOf(run, column, measured);
  return cells.length > 1 ? cells.join(', ') : (cells[0] ?? null);
}

/** Every value that a filter may compare: several for tags. */
export function cellsOf(run: RunFacts, column: Column, measured: Measured): readonly Cell[] {
  if (column.kind === 'series') return [measured.get(run.id)?.get(column.id) ?? null];
  if (column.kind === 'config') return [settingOf(run, column.path)];
  return fields[column.field](run, measured);
}

function settingOf(run: RunFacts, path: string): Cell {
  if (path === 'seed') return run.seed;
  return path === 'name' ? run.name : (run.settings.get(path) ?? null);
}

function plannedOf(settings: RunFacts['settings']): number {
  return Number(settings.get('grpo.updates') ?? 0);
}

const fields: Record<RunField, (run: RunFacts, measured: Measured) => readonly Cell[]> = {
  id: ({ id }) => [id],
  name: ({ name }) => [name],
  status: ({ status }) => [status],
  seed: ({ seed }) => [seed],
  updates: ({ id }, measured) => [measured.get(id)?.get('updates') ?? null],
  planned: ({ settings }) => [plannedOf(settings)],
  duration: ({ createdAt, finishedAt }) => [((finishedAt ?? new Date()).getTime() - createdAt.getTime()) / 1000],
  created: ({ createdAt }) => [createdAt.getTime()],
  finished: ({ finishedAt }) => [finishedAt?.getTime() ?? null],
  active: ({ id }, measured) => [measured.get(id)?.get('active') ?? null],
  tag: ({ tags }) => tags,
  sweep: ({ sweep }) => [sweep?.id ?? null],
  parent: ({ parent }) => [parent?.runId ?? null],
  experiment: ({ experimentId }) => [experimentId],
  error: ({ error }) => [error],
};

/** Numbers before texts; nothing last, whichever way. */
export function compareCells(left: Cell, right: Cell, descending: boolean): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const numbers = typeof left === 'number' && typeof right === 'number';
  const order = numbers ? left - right : String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
  return descending ? -order : order;
}
