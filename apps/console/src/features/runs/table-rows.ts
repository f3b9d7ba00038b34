/** Rows of the table: runs, or groups with their runs under them. */
import type { RunGroup, RunRow, RunsPage } from './schemas.ts';

export type TableRow =
  | { kind: 'run'; key: string; run: RunRow; members?: undefined }
  | { kind: 'group'; key: string; group: RunGroup; members: TableRow[] };

export function tableRows({ items, groups }: RunsPage): TableRow[] {
  const rows = items.map((run): TableRow => ({ kind: 'run', key: run.id, run }));
  if (groups === null) return rows;
  const byId = new Map(rows.map((row) => [row.key, row]));
  return groups.map((group) => ({
    kind: 'group',
    key: groupKey(group),
    group,
    members: group.runIds.flatMap((id) => byId.get(id) ?? []),
  }));
}

/** Ids of rows and of what is open in the URL; short, and never the id of a run. */
export function groupKey({ key }: Pick<RunGroup, 'key'>): string {
  return `~${key.slice(0, 12)}`;
}

/** The columns in which some rows differ; all of them when there is one row only. */
export function differingColumns(columns: readonly string[], runs: readonly RunRow[]): string[] {
  if (runs.length < 2) return [...columns];
  return columns.filter((column) => new Set(runs.map((run) => JSON.stringify(plain(column, run)))).size > 1);
}

function plain(column: string, run: RunRow): unknown {
  switch (column) {
    case 'updates':
      return run.updates;
    case 'status':
    case 'seed':
    case 'id':
    case 'name':
    case 'sweep':
    case 'parent':
      return run[column];
    case 'tag':
      return run.tags;
    case 'created':
      return run.createdAt;
    case 'finished':
      return run.finishedAt;
    case 'active':
      return run.activeAt;
    default:
      return run.cells[column] ?? null;
  }
}
