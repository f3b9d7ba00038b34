'use client';
/** The first cell of a row, which stays in sight: box, name, and for a group its runs. */
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { join } from '#ui/join.ts';
import { cellText } from './column-names.ts';
import { shortId } from './run-cell.tsx';
import type { TableRow } from './table-rows.ts';

interface NameCellProps {
  row: TableRow;
  depth: number;
  selected: boolean;
  /** Some runs of the group are selected. */
  partly: boolean;
  onSelect(event: unknown): void;
  open: boolean;
  onOpen(): void;
}

export function NameCell({ row, depth, selected, partly, onSelect, open, onOpen }: NameCellProps) {
  const name = row.kind === 'run' ? row.run.id : `the ${row.members.length} runs of ${row.group.label}`;
  return (
    <th
      scope="row"
      className={join(
        'sticky left-0 z-10 h-9 border-r border-b border-line px-3 py-1 text-left font-normal group-hover:bg-sunken group-aria-selected:bg-accent-soft',
        row.kind === 'group' ? 'bg-sunken' : 'bg-surface',
      )}
    >
      <span className="flex items-center gap-2.5">
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          className="accent-accent"
          checked={selected}
          ref={(box) => {
            if (box) box.indeterminate = partly && !selected;
          }}
          onChange={onSelect}
        />
        {row.kind === 'run' ? (
          <Link
            href={`/runs/${row.run.id}`}
            data-row={row.key}
            title={row.run.id}
            className={join('flex min-w-0 max-w-40 items-baseline gap-2 sm:max-w-72', depth > 0 && 'pl-4')}
          >
            <span className="truncate font-medium hover:text-accent">{row.run.name}</span>
            <span className="shrink-0 font-mono text-xs text-ink-faint">
              s{row.run.seed} <span className="hidden sm:inline">{shortId(row.run.id)}</span>
            </span>
          </Link>
        ) : (
          <button
            type="button"
            data-row={row.key}
            aria-expanded={open}
            onClick={onOpen}
            className="flex min-w-0 max-w-44 items-center gap-1.5 sm:max-w-96"
          >
            <ChevronRight aria-hidden className={join('size-4 shrink-0 text-ink-faint', open && 'rotate-90')} />
            <span className="truncate font-medium">{row.group.label}</span>
            <span className="truncate text-xs font-normal text-ink-soft">
              {Object.entries(row.group.detail)
                .map(([path, value]) => `${path.split('.').at(-1)} ${cellText(path, value)}`)
                .join(', ')}
            </span>
            <span className="shrink-0 rounded-full border border-line bg-surface px-1.5 text-xs font-normal text-ink-soft tabular">
              n {row.members.length}
            </span>
          </button>
        )}
      </span>
    </th>
  );
}
