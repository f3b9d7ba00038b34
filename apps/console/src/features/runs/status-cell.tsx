'use client';
/** A run's status; a run that is said to run but has not been heard of for long does not look as if it went on. */
import { Hourglass } from 'lucide-react';
import useSWR from 'swr';
import { Badge, StatusBadge } from '#ui/badge.tsx';
import { dateTime, duration } from '#ui/format.ts';
import { useNow } from '#ui/use-now.ts';
import type { RunRow } from './schemas.ts';

/** Longer than any step of a small policy takes; what Temporal says counts more. */
const quietSeconds = 180;

/** The part of GET /runs/{id} that says what Temporal knows. */
interface Now {
  now: { steps: { state: string; attempt: number; failure: string | null }[] } | null;
}

export function StatusCell({ run }: { run: RunRow }) {
  const now = useNow();
  const silent = now === null ? 0 : (now - Date.parse(run.activeAt ?? run.createdAt)) / 1000;
  if (run.status !== 'running' || silent < quietSeconds) return <StatusBadge status={run.status} />;
  return <QuietRun run={run} silent={silent} />;
}

function QuietRun({ run, silent }: { run: RunRow; silent: number }) {
  const { data } = useSWR<Now>(`/api/v1/runs/${run.id}`, { refreshInterval: 60_000 });
  const steps = data?.now?.steps ?? [];
  const atWork = steps.some(({ state, attempt }) => state === 'started' && attempt === 1);
  if (atWork) return <StatusBadge status="running" />;
  const waits = steps.length > 0 && steps.every(({ state, attempt }) => state === 'scheduled' && attempt === 1);
  const since = `Its last step was done at ${dateTime(run.activeAt ?? run.createdAt)} UTC.`;
  return (
    <Badge tone="warn" title={since}>
      <Hourglass aria-hidden className="size-3.5" />
      {waits ? 'waiting for a worker' : `quiet for ${shortly(silent)}`}
    </Badge>
  );
}

function shortly(seconds: number): string {
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : duration(seconds).replace(/ \d+ min$/, '');
}
