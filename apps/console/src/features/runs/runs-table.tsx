'use client';
/** The table of runs: its head sorts, its first column stays in sight, rows are selected and opened with mouse or keys. */
import {
  createColumnHelper,
  createExpandedRowModel,
  type ExpandedState,
  type RowSelectionState,
  rowExpandingFeature,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { join } from '#ui/join.ts';
import { useRowKeys } from '#ui/use-row-keys.ts';
import { ColumnHead } from './column-head.tsx';
import { isNumeric } from './column-names.ts';
import { NameCell } from './name-cell.tsx';
import { GroupCellView, RunCell } from './run-cell.tsx';
import type { RunRow } from './schemas.ts';
import type { TableRow } from './table-rows.ts';

interface RunsTableProps {
  rows: TableRow[];
  columns: readonly string[];
  sort: string;
  onSort(sort: string): void;
  open: readonly string[];
  onOpen(open: string[]): void;
  selected: RowSelectionState;
  onSelected(selected: RowSelectionState): void;
}

const features = tableFeatures({
  rowExpandingFeature,
  rowSelectionFeature,
  expandedRowModel: createExpandedRowModel(),
});
const helper = createColumnHelper<typeof features, TableRow>();
const rowHeight = 37;
/** Fewer rows are drawn all: find in page then works. */
const virtualFrom = 120;
const noRows: TableRow[] = [];

export function RunsTable({ rows, columns, sort, onSort, open, onOpen, selected, onSelected }: RunsTableProps) {
  const scroller = useRef<HTMLElement>(null);
  const defined = useMemo(() => columns.map((id) => helper.display({ id })), [columns]);
  const table = useTable({
    features,
    columns: defined,
    data: rows,
    getRowId: ({ key }) => key,
    getSubRows: ({ members }) => members ?? noRows,
    // What is open is in the URL, whatever rows come.
    autoResetExpanded: false,
    state: { rowSelection: selected, expanded: Object.fromEntries(open.map((key) => [key, true])) },
    // A group is selected by its runs.
    onRowSelectionChange: (update) => onSelected(onlyRuns(typeof update === 'function' ? update(selected) : update)),
    onExpandedChange: (update) => {
      const before: ExpandedState = Object.fromEntries(open.map((key) => [key, true]));
      const after = typeof update === 'function' ? update(before) : update;
      onOpen(after === true ? rows.map(({ key }) => key) : Object.keys(after).filter((key) => after[key]));
    },
  });
  const shown = table.getRowModel().rows;
  const virtual = shown.length > virtualFrom;
  const virtualizer = useVirtualizer({
    count: virtual ? shown.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 15,
  });
  const items = virtualizer.getVirtualItems();
  const drawn = virtual ? items.flatMap(({ index }) => shown[index] ?? []) : shown;
  const before = virtual ? (items[0]?.start ?? 0) : 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const numeric = useMemo(() => numericColumns(columns, rows), [columns, rows]);
  const runIds = useMemo(() => runsOf(rows).map(({ id }) => id), [rows]);
  const everyOne = runIds.length > 0 && runIds.every((id) => selected[id]);
  const anyOne = runIds.some((id) => selected[id]);
  const isSelected = (row: (typeof shown)[number]): boolean =>
    row.original.kind === 'group' ? row.getIsAllSubRowsSelected() : row.getIsSelected();
  useRowKeys(scroller, {
    keys: shown.map(({ id }) => id),
    ...(virtual && { reveal: (index) => virtualizer.scrollToIndex(index) }),
    select: (id) => {
      const row = shown.find((each) => each.id === id);
      if (row) row.toggleSelected(!isSelected(row));
    },
    toggle: (id) => shown.find((row) => row.id === id)?.toggleExpanded(),
    clear: () => onSelected({}),
  });

  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys.
      tabIndex={0}
      aria-label="Table of runs"
      // Its own layers, so that its head stays below the filter's suggestions.
      className="relative isolate max-h-[calc(100dvh-12rem)] min-h-40 overflow-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-max min-w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky top-0 left-0 z-20 border-r border-b border-line bg-surface py-2 pr-3 pl-3 text-left text-xs font-medium text-ink-soft"
            >
              <span className="flex items-center gap-2.5">
                <input
                  type="checkbox"
                  aria-label="Select all runs of this page"
                  className="accent-accent"
                  checked={everyOne}
                  ref={(box) => {
                    if (box) box.indeterminate = anyOne && !everyOne;
                  }}
                  onChange={() => onSelected(everyOne ? {} : Object.fromEntries(runIds.map((id) => [id, true])))}
                />
                Run
              </span>
            </th>
            {columns.map((id) => (
              <ColumnHead key={id} id={id} numeric={numeric.has(id)} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {drawn.map((row) => (
            <tr key={row.id} aria-selected={isSelected(row)} className="group">
              <NameCell
                row={row.original}
                depth={row.depth}
                selected={isSelected(row)}
                partly={row.getIsSomeSelected()}
                onSelect={row.getToggleSelectedHandler()}
                open={row.getIsExpanded()}
                onOpen={() => row.toggleExpanded()}
              />
              {columns.map((id) => (
                <td
                  key={id}
                  className={join(
                    'h-9 whitespace-nowrap border-b border-line px-3 py-1 group-hover:bg-sunken group-aria-selected:bg-accent-soft',
                    numeric.has(id) && 'text-right tabular',
                    row.original.kind === 'group' && 'bg-sunken/60',
                  )}
                >
                  {row.original.kind === 'run' ? (
                    <RunCell column={id} run={row.original.run} />
                  ) : (
                    <GroupCellView column={id} group={row.original.group} />
                  )}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  );
}

function runsOf(rows: readonly TableRow[]): RunRow[] {
  return rows.flatMap((row) => (row.kind === 'run' ? [row.run] : runsOf(row.members)));
}

function onlyRuns(selected: RowSelectionState): RowSelectionState {
  return Object.fromEntries(Object.entries(selected).filter(([key, on]) => on && !key.startsWith('~')));
}

function numericColumns(columns: readonly string[], rows: readonly TableRow[]): Set<string> {
  const runs = runsOf(rows);
  const cells = (id: string) => runs.map((run) => run.cells[id]);
  return new Set(columns.filter((id) => id !== 'updates' && isNumeric(id, cells(id))));
}
