'use client';
/** All sweeps, newest first. */
import { SlidersHorizontal } from 'lucide-react';
import Link from 'next/link';
import { useRef } from 'react';
import useSWR from 'swr';
import { useLive } from '#live/use-live.ts';
import { Badge, StatusBadge } from '#ui/badge.tsx';
import { Button, ButtonLink } from '#ui/button.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { dateTime, percent } from '#ui/format.ts';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { useRowKeys } from '#ui/use-row-keys.ts';
import type { SweepItem, SweepsPage } from './schemas.ts';

export function SweepsList({ first }: { first: SweepsPage | null }) {
  const { data, error, mutate } = useSWR<SweepsPage, ApiError>('/api/v1/sweeps', first ? { fallbackData: first } : {});
  const reload = () => void mutate();
  useLive('*', { onRuns: reload, onRun: reload });
  if (!data && error)
    return (
      <ErrorState
        title="The sweeps cannot be read"
        error={error}
        action={<Button onClick={reload}>Try again</Button>}
      />
    );
  if (!data) return <Skeleton className="h-64" />;
  if (data.total === 0) return <NoSweeps />;
  return <SweepsTable items={data.items} />;
}

function SweepsTable({ items }: { items: readonly SweepItem[] }) {
  const table = useRef<HTMLDivElement>(null);
  useRowKeys(table, { keys: items.map(({ id }) => id) });
  return (
    <section
      ref={table}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys.
      tabIndex={0}
      aria-label="Table of sweeps"
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full min-w-max text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-ink-soft [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
            <th scope="col">Sweep</th>
            <th scope="col">Status</th>
            <th scope="col">Varies</th>
            <th scope="col">Runs</th>
            <th scope="col" className="text-right">
              Best dev accuracy
            </th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {items.map((sweep) => (
            <tr key={sweep.id} className="border-b border-line last:border-0 hover:bg-sunken [&>td]:px-3 [&>td]:py-2">
              <th scope="row" className="px-3 py-2 text-left font-medium">
                <Link href={`/sweeps/${sweep.id}`} data-row={sweep.id} className="hover:text-accent">
                  {sweep.name}
                </Link>
              </th>
              <td>
                <StatusBadge status={sweep.status} />
              </td>
              <td>
                <span className="flex max-w-md flex-wrap items-center gap-1">
                  <Badge tone="accent">{methods[sweep.method]}</Badge>
                  {sweep.parameters.map((path) => (
                    <Badge key={path} title={path}>
                      {path.split('.').at(-1)}
                    </Badge>
                  ))}
                </span>
              </td>
              <td>
                <RunCounts sweep={sweep} />
              </td>
              <td className="text-right tabular">{percent(sweep.bestDev)}</td>
              <td className="text-ink-soft tabular">{dateTime(sweep.createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export const methods = { grid: 'grid', random: 'random', asha: 'successive halving' } as const;

/** Runs by status as parts of a bar, and in words. */
export function RunCounts({ sweep: { statuses, planned } }: { sweep: Pick<SweepItem, 'statuses' | 'planned'> }) {
  const counts = Object.entries(statuses);
  const begun = counts.reduce((sum, [, count]) => sum + count, 0);
  return (
    <span className="flex items-center gap-2" title={counts.map(([status, count]) => `${count} ${status}`).join(', ')}>
      <span aria-hidden className="flex h-1.5 w-24 shrink-0 gap-px overflow-hidden rounded-full bg-line">
        {counts.map(([status, count]) => (
          <span
            key={status}
            className={barTone[status]}
            style={{ width: `${(100 * count) / Math.max(1, planned)}%` }}
          />
        ))}
      </span>
      <span className="whitespace-nowrap tabular">
        {statuses.finished ?? 0}
        <span className="text-ink-faint"> of {planned} finished</span>
        {begun > (statuses.finished ?? 0) && (
          <span className="text-ink-faint">
            {counts
              .filter(([status]) => status !== 'finished')
              .map(([status, count]) => `, ${count} ${status}`)
              .join('')}
          </span>
        )}
      </span>
    </span>
  );
}

const barTone: Record<string, string> = {
  finished: 'bg-good',
  running: 'bg-info',
  paused: 'bg-warn',
  failed: 'bg-bad',
  stopped: 'bg-ink-faint',
  cancelled: 'bg-ink-faint',
};

function NoSweeps() {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        icon={SlidersHorizontal}
        title="No sweeps yet"
        action={
          <ButtonLink look="primary" href="/new">
            New experiment
          </ButtonLink>
        }
      >
        A sweep runs one experiment with many settings and keeps the best on dev. Begin one from a terminal:
        <code className="mt-3 block rounded-md bg-sunken px-3 py-2 text-left text-xs text-ink">
          npx queryloop sweep experiments/sweep-learning-rate.yaml
        </code>
      </EmptyState>
    </div>
  );
}
