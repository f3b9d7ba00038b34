'use client';
/** Series of runs from the API that grow while the runs go on. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import useSWR from 'swr';
import { useLive } from '#live/use-live.ts';
import type { ApiError } from '#ui/fetch-json.ts';
import { countOf, joinLive, noPoints, unread, withLivePoints, withoutRun } from './live-points.ts';
import type { SeriesAnswer, XAxis } from './schemas.ts';

export interface SeriesRequest {
  /** Null or none: nothing is asked for. */
  runs: readonly string[];
  names: readonly string[];
  x?: XAxis;
  from?: number | undefined;
  to?: number | undefined;
  /** Adds mean and standard error over seeds. */
  group?: 'experiment' | undefined;
}

/** A chart has some 600 pixels of width: many lines are drawn as well with fewer points each, extremes included. */
const mostPoints = 6000;
const pointsOfLine = { fewest: 300, most: 1000 };

/** So many live points are drawn as they came; then the series are read anew, thinned. */
const mostLive = 500;
/** Means over seeds are the server's, so they are read anew as points come; no more often than this. */
const readAgainMs = 5000;

export function seriesPath({ runs, names, x = 'update', from, to, group }: SeriesRequest): string | null {
  if (runs.length === 0 || names.length === 0) return null;
  const points = Math.max(pointsOfLine.fewest, Math.min(pointsOfLine.most, Math.floor(mostPoints / runs.length)));
  const query = new URLSearchParams({ runs: runs.join(','), names: names.join(','), x });
  for (const [name, value] of Object.entries({ points, from, to, group }))
    if (value !== undefined) query.set(name, String(value));
  return `/api/v1/series?${query}`;
}

/** What is known is shown while another range or axis is read; a live point is added once, whatever was read when. */
export function useSeries(request: SeriesRequest) {
  const path = seriesPath(request);
  const { data, error, isLoading, mutate } = useSWR<SeriesAnswer, ApiError>(path);
  const [live, setLive] = useState(noPoints);
  const reload = useCallback(() => void mutate(), [mutate]);
  const isGrouped = request.group !== undefined;
  useEffect(() => {
    if (data !== undefined) setLive((known) => (known.size === 0 ? known : unread(known, data.positions)));
  }, [data]);
  const isDue = countOf(live) > (isGrouped ? 0 : mostLive);
  useEffect(() => {
    if (!isDue) return;
    const timer = setInterval(reload, readAgainMs);
    return () => clearInterval(timer);
  }, [isDue, reload]);
  const after = useAfter(request.runs, data);
  const { state } = useLive(
    request.runs,
    {
      onPoints: (event) => setLive((known) => withLivePoints(known, event)),
      onRestarted: ({ runId }) => {
        setLive((known) => withoutRun(known, runId));
        reload();
      },
    },
    after,
  );
  const names = request.names.join(',');
  const joined = useMemo(
    () => (data === undefined ? undefined : joinLive(data, live, names.split(','), request.to ?? null)),
    [data, live, names, request.to],
  );
  return { data: joined, error, isLoading, reload, live: state };
}

/** Where the series stood that were read first: what came after is asked for once. Null until they are read. */
function useAfter(runs: readonly string[], data: SeriesAnswer | undefined): string[] | null {
  const key = runs.join(',');
  const [first, setFirst] = useState<{ key: string; after: string[] } | null>(null);
  if (data !== undefined && first?.key !== key && runs.every((runId) => runId in data.positions)) {
    const next = { key, after: runs.map((runId) => data.positions[runId]?.cursor ?? '') };
    setFirst(next);
    return next.after;
  }
  return first?.key === key ? first.after : null;
}
