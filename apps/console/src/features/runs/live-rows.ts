/** How the rows of a page move when runs go on, without asking for the page again. */
import type { PointsEvent, RunEvent } from '#live/schemas.ts';
import type { Cell, RunRow, RunsPage } from './schemas.ts';

/** Points are taken in order; those of an update that is in the row already change nothing. */
export function withPoints(page: RunsPage, { runId, points }: PointsEvent, now: Date): RunsPage {
  return withRow(page, runId, (run) => {
    const done = Math.max(run.updates.done ?? -1, ...points.map(({ update }) => update));
    const cells = { ...run.cells };
    for (const { values } of points)
      for (const column of Object.keys(cells)) cells[column] = next(column, cells[column] ?? null, values);
    const updates = { ...run.updates, done: done < 0 ? null : done };
    return { ...run, updates, cells, activeAt: now.toISOString() };
  });
}

/** Status, error and end; a run goes on to be where it was. */
export function withState(page: RunsPage, { runId, status, error, finishedAt }: RunEvent): RunsPage {
  return withRow(page, runId, (run) => ({ ...run, status, error, finishedAt }));
}

function withRow(page: RunsPage, runId: string, change: (run: RunRow) => RunRow): RunsPage {
  if (!page.items.some(({ id }) => id === runId)) return page;
  return { ...page, items: page.items.map((run) => (run.id === runId ? change(run) : run)) };
}

function next(column: string, present: Cell, values: Record<string, number>): Cell {
  const [, part = 'last', inside] = /^(last|max|min)\((.+)\)$/.exec(column) ?? [];
  const value = values[inside ?? column];
  if (value === undefined) return present;
  if (part === 'last' || typeof present !== 'number') return value;
  return part === 'max' ? Math.max(present, value) : Math.min(present, value);
}
