'use client';
/** What stands in a cell of the table of runs. */
import Link from 'next/link';
import { Badge } from '#ui/badge.tsx';
import { dateTime, duration } from '#ui/format.ts';
import { useNow } from '#ui/use-now.ts';
import { cellText, groupCellText } from './column-names.ts';
import type { RunGroup, RunRow } from './schemas.ts';
import { StatusCell } from './status-cell.tsx';

export function RunCell({ column, run }: { column: string; run: RunRow }) {
  switch (column) {
    case 'status':
      return <StatusCell run={run} />;
    case 'updates':
      return <Progress {...run.updates} />;
    case 'seed':
      return run.seed;
    case 'duration':
      return <Duration run={run} />;
    case 'created':
      return <Time iso={run.createdAt} />;
    case 'finished':
      return <Time iso={run.finishedAt} />;
    case 'active':
      return <Time iso={run.activeAt} />;
    case 'id':
      return <span className="font-mono text-xs">{run.id}</span>;
    case 'tag':
      return (
        <span className="flex gap-1">
          {run.tags.map((tag) => (
            <Link key={tag} href={`/runs?q=${encodeURIComponent(`tag:"${tag}"`)}`} className="hover:underline">
              <Badge>{tag}</Badge>
            </Link>
          ))}
        </span>
      );
    case 'sweep':
      return run.sweep && <CellLink href={`/sweeps/${run.sweep.id}`}>{run.sweep.name}</CellLink>;
    case 'parent':
      return (
        run.parent && (
          <CellLink href={`/runs/${run.parent.runId}`}>
            {shortId(run.parent.runId)} at {run.parent.update}
          </CellLink>
        )
      );
    case 'error':
      return (
        <span className="block max-w-80 truncate text-bad" title={run.error ?? ''}>
          {run.error}
        </span>
      );
    default:
      return cellText(column, run.cells[column]);
  }
}

export function GroupCellView({ column, group }: { column: string; group: RunGroup }) {
  if (column === 'status')
    return (
      <span className="text-ink-soft">
        {Object.entries(group.statuses)
          .map(([status, count]) => `${count} ${status}`)
          .join(', ')}
      </span>
    );
  if (['tag', 'created', 'finished', 'active', 'id', 'parent'].includes(column)) return null;
  const cell = group.cells[column];
  const few = cell?.kind === 'mean' && cell.n < group.runIds.length;
  return (
    <span title={few ? `Mean over ${cell.n} of ${group.runIds.length} runs` : undefined}>
      {groupCellText(column, cell)}
      {few && <span className="text-ink-faint"> n {cell.n}</span>}
    </span>
  );
}

function Progress({ done, planned }: RunRow['updates']) {
  const share = planned === 0 ? 0 : Math.min(1, (done ?? 0) / planned);
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1 w-12 shrink-0 overflow-hidden rounded-full bg-line">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span>
        {done ?? 0}
        <span className="text-ink-faint"> / {planned}</span>
      </span>
    </span>
  );
}

function Duration({ run }: { run: RunRow }) {
  const now = useNow();
  const end = run.finishedAt === null ? now : Date.parse(run.finishedAt);
  return end === null ? '' : duration(Math.max(0, end - Date.parse(run.createdAt)) / 1000);
}

function Time({ iso }: { iso: string | null }) {
  return iso === null ? (
    '–'
  ) : (
    <time dateTime={iso} title={`${iso} (UTC)`} className="text-ink-soft">
      {dateTime(iso)}
    </time>
  );
}

function CellLink({ href, children }: { href: string; children: React.ReactNode }) {
  return (
    <Link href={href} className="hover:text-accent hover:underline">
      {children}
    </Link>
  );
}

/** What of an id tells runs of one name and seed apart: its last part, or the trial of a sweep. */
export function shortId(id: string): string {
  const parts = id.split('-').filter((part) => !/^s\d+$/.test(part));
  return parts.at(-1) ?? id;
}
