'use client';
/** The page of the table of runs, which moves while runs go on. */
import { useCallback, useEffect, useRef } from 'react';
import useSWR from 'swr';
import { useLive } from '#live/use-live.ts';
import type { ApiError } from '#ui/fetch-json.ts';
import { withPoints, withState } from './live-rows.ts';
import type { RunsPage } from './schemas.ts';

/** How long changes of the list are gathered before it is asked for again. */
const gatherMs = 1000;

/** `path` is of `runsPath`; `fallback` is what the server had for it when it drew the page. */
export function useRuns(path: string, fallback: { path: string; page: RunsPage } | null) {
  const given = fallback?.path === path ? { fallbackData: fallback.page, revalidateOnMount: false } : {};
  const { data, error, isLoading, isValidating, mutate } = useSWR<RunsPage, ApiError>(path, given);

  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = useCallback(() => {
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => void mutate(), gatherMs);
  }, [mutate]);
  useEffect(() => () => clearTimeout(waiting.current), []);

  const change = (next: (page: RunsPage) => RunsPage): void => {
    // A change would take away what the filter's mistake is.
    if (data === undefined || error !== undefined) return;
    // Means over groups are the server's; and an answer on its way would be dropped for a change.
    if (data.groups || isValidating) reload();
    // What the server drew the page with is not in the cache.
    if (!isValidating) void mutate((page = data) => next(page), { revalidate: false });
  };
  const live = useLive('*', {
    onPoints: (event) => change((page) => withPoints(page, event, new Date())),
    onRun: (event) => change((page) => withState(page, event)),
    onRuns: reload,
    onRestarted: reload,
  });
  return { page: data, error, isLoading, isValidating, reload: () => void mutate(), live: live.state };
}
