'use client';
/** The head of a column: its name, and by which way the table is sorted. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { join } from '#ui/join.ts';
import { columnName } from './column-names.ts';

interface ColumnHeadProps {
  id: string;
  numeric: boolean;
  /** As in the URL: the id, with "-" before it for the highest first. */
  sort: string;
  onSort(sort: string): void;
}

/** Highest first, lowest first, and back to newest first. */
function nextSort(id: string, sort: string): string {
  return sort === `-${id}` ? id : sort === id ? '' : `-${id}`;
}

export function ColumnHead({ id, numeric, sort, onSort }: ColumnHeadProps) {
  const { title, of } = columnName(id);
  const direction = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none';
  const Arrow = direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={direction}
      className="sticky top-0 z-10 border-b border-line bg-surface p-0 text-xs font-medium text-ink-soft"
    >
      <button
        type="button"
        title={id}
        onClick={() => onSort(nextSort(id, sort))}
        className={join(
          'flex w-full items-center gap-1 whitespace-nowrap px-3 py-2 hover:text-ink',
          numeric && 'justify-end',
          direction !== 'none' && 'text-ink',
        )}
      >
        {of !== '' && <span className="max-w-28 truncate font-normal text-ink-faint">{of}</span>}
        <span>{title}</span>
        {direction !== 'none' && <Arrow aria-hidden className="size-3" />}
      </button>
    </th>
  );
}
