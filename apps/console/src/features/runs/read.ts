/** From the store to the table of runs. */
import type { Store, TableRun } from '@queryloop/store';
import type { Cell, Choices, RunRow, RunsPage, RunsQuery } from './schemas.ts';

/** Longer errors are read on the run's page. */
const longestError = 300;
const times = new Set(['created', 'finished', 'active']);

/** Throws UserError for a filter or a column that is not understood. */
export async function readRuns(store: Store, { sort, limit, offset, ...query }: RunsQuery): Promise<RunsPage> {
  const { runs, ...page } = await store.runTable.page({
    ...query,
    limit,
    offset,
    sort: sort ? { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : undefined,
  });
  return { items: runs.map(row), ...page };
}

export async function readChoices(store: Store): Promise<Choices> {
  return await store.runTable.choices();
}

function row({ error, createdAt, finishedAt, activeAt, cells, ...run }: TableRun): RunRow {
  return {
    ...run,
    error: error === null ? null : error.slice(0, longestError),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    activeAt: activeAt?.toISOString() ?? null,
    cells: Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, shown(column, cell)])),
  };
}

function shown(column: string, cell: Cell): Cell {
  return times.has(column) && typeof cell === 'number' ? new Date(cell).toISOString() : cell;
}
