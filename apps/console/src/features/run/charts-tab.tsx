'use client';
/** Every metric of the run as a chart: grouped by the beginning of its name, found by search, pinned ones first. */
import { ChartNoAxesColumn, Pin, PinOff } from 'lucide-react';
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import useSWR from 'swr';
import { Button } from '#ui/button.tsx';
import { Input } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { ChartControls } from '../charts/chart-controls.tsx';
import { MetricChart } from '../charts/metric-chart.tsx';
import { useRun } from './use-run.tsx';
import { type RunMarker, useChartedRun, useRunMarkers } from './use-run-markers.ts';

interface Names {
  items: { name: string; runs: number }[];
}

/** Names may appear while a run goes on: with its first evaluation, say. */
const pollMs = 15_000;

export function ChartsTab({ initial }: { initial: Names }) {
  const { run } = useRun();
  const { data = initial, error } = useSWR<Names>(`/api/v1/series/names?runs=${encodeURIComponent(run.id)}`, {
    fallbackData: initial,
    refreshInterval: run.finishedAt === null ? pollMs : 0,
  });
  const [search, setSearch] = useQueryState('q', parseAsString.withDefault(''));
  const [pinned, setPinned] = useQueryState('pin', parseAsArrayOf(parseAsString).withDefault([]));
  const markers = useRunMarkers();
  const found = data.items
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const toggle = (name: string) =>
    void setPinned(pinned.includes(name) ? pinned.filter((other) => other !== name) : [...pinned, name]);
  const chart = (name: string) => (
    <MetricCard key={name} name={name} markers={markers} isPinned={pinned.includes(name)} onPin={() => toggle(name)} />
  );
  const kept = found.filter((name) => pinned.includes(name));
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-3">
        <Input
          type="search"
          aria-label="Search metrics"
          placeholder="Search metrics"
          className="max-w-56"
          value={search}
          onChange={(event) => void setSearch(event.target.value || null)}
        />
        <ChartControls />
      </div>
      {error && data.items.length === 0 && <ErrorState error={error} />}
      {found.length === 0 && !error && (
        <EmptyState
          icon={ChartNoAxesColumn}
          title={data.items.length === 0 ? 'No metrics yet' : 'No metric is called that'}
        >
          {data.items.length === 0
            ? 'They appear with the warm start.'
            : `There are ${data.items.length}, for example ${data.items[0]?.name}.`}
        </EmptyState>
      )}
      {kept.length > 0 && <Group title="Pinned">{kept.map(chart)}</Group>}
      {groupsOf(found.filter((name) => !pinned.includes(name))).map(([title, names]) => (
        <Group key={title} title={title}>
          {names.map(chart)}
        </Group>
      ))}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">{children}</div>
    </section>
  );
}

function MetricCard({
  name,
  markers,
  isPinned,
  onPin,
}: {
  name: string;
  markers: RunMarker[];
  isPinned: boolean;
  onPin(): void;
}) {
  const runs = useChartedRun();
  const { place, near } = useNear();
  const Icon = isPinned ? PinOff : Pin;
  return (
    <div ref={place} className="relative min-w-0 rounded-lg border border-line bg-surface p-3">
      <Button
        look="quiet"
        icon
        className="absolute top-1.5 right-1.5 z-10 size-7"
        aria-label={isPinned ? `Unpin ${name}` : `Pin ${name}`}
        aria-pressed={isPinned}
        onClick={onPin}
      >
        <Icon aria-hidden className="size-3.5" />
      </Button>
      {near ? (
        <MetricChart
          name={name}
          runs={runs}
          markers={markers}
          syncKey="run"
          {...(isShare(name) && { formatY: percent })}
        />
      ) : (
        <Skeleton className="h-64" />
      )}
    </div>
  );
}

/** Charts far below are drawn when they come near: a run has dozens. */
function useNear() {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: '400px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return { place, near };
}

/** Scores and outcomes are shares of questions or queries. */
function isShare(name: string): boolean {
  return /^(dev|test|outcomes)\//.test(name);
}

const titles: Record<string, string> = {
  dev: 'On dev',
  test: 'On test',
  outcomes: 'Outcomes of queries',
  '': 'Training',
};

/** Names before the first slash; those without one first. */
function groupsOf(names: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const prefix = name.includes('/') ? (name.split('/')[0] as string) : '';
    groups.set(prefix, [...(groups.get(prefix) ?? []), name]);
  }
  const rank = (prefix: string) => ['', 'dev', 'test'].indexOf(prefix) + 1 || 9;
  return [...groups]
    .sort(([left], [right]) => rank(left) - rank(right) || left.localeCompare(right))
    .map(([prefix, of]) => [titles[prefix] ?? prefix, of]);
}
