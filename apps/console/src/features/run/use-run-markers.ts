'use client';
/** What happened to the run of the page, as marks on its charts. */
import { useMemo } from 'react';
import useSWR from 'swr';
import type { RunTimeline } from './timeline-schemas.ts';
import { useRun } from './use-run.tsx';

export interface RunMarker {
  x: number;
  label: string;
  kind: 'retry' | 'resume' | 'change' | 'lost' | 'note';
}

/** How often the timeline of a run that goes on is read again. */
const pollMs = 10_000;

export function useTimeline(initial?: RunTimeline) {
  const { run, path } = useRun();
  return useSWR<RunTimeline>(`${path}/timeline`, {
    ...(initial && { fallbackData: initial }),
    refreshInterval: run.finishedAt === null ? pollMs : 0,
  });
}

/** By update; one mark for all of a kind at the same one. */
export function useRunMarkers(): RunMarker[] {
  const { data } = useTimeline();
  return useMemo(() => {
    const marks = new Map<string, RunMarker>();
    for (const { kind, update, text } of data?.events ?? []) {
      const key = `${kind} ${update}`;
      const known = marks.get(key);
      marks.set(key, { x: update, kind, label: known ? `${known.label}; ${text}` : text });
    }
    return [...marks.values()];
  }, [data]);
}

/** The run of the page as charts take it: the same list as long as it is the same run. */
export function useChartedRun(): { id: string; label: string }[] {
  const { id, seed } = useRun().run;
  return useMemo(() => [{ id, label: `seed ${seed}` }], [id, seed]);
}
