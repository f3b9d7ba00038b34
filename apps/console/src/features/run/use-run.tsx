'use client';
/** The run of this page for all its parts: painted by the server, then kept up to date without reload. */
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import useSWR from 'swr';
import { useLive } from '../../live/use-live.ts';
import type { RunDetail } from './schemas.ts';

interface RunOfPage {
  run: RunDetail;
  /** Path of its API. */
  path: string;
  /** Reads it again. */
  reload(): Promise<unknown>;
  live: 'connecting' | 'open' | 'waiting';
}

const Context = createContext<RunOfPage | null>(null);

/** What Temporal says of a run does not come with the live events; it is asked for while the run goes on. */
const pollMs = 4_000;

export function RunProvider({ initial, children }: { initial: RunDetail; children: ReactNode }) {
  const path = `/api/v1/runs/${encodeURIComponent(initial.id)}`;
  const { data: run = initial, mutate } = useSWR<RunDetail>(path, {
    fallbackData: initial,
    revalidateOnMount: true,
    refreshInterval: (latest) => (latest?.finishedAt ? 0 : pollMs),
  });
  const { state } = useLive([initial.id], {
    onRun: () => void mutate(),
    onRestarted: () => void mutate(),
    onPoints: ({ points }) => {
      const reached = Math.max(...points.map(({ update }) => update));
      void mutate((known) => known && { ...known, update: Math.max(known.update, reached) }, { revalidate: false });
    },
  });
  const value = useMemo(() => ({ run, path, reload: () => mutate(), live: state }), [run, path, mutate, state]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useRun(): RunOfPage {
  const found = useContext(Context);
  if (found === null) throw new Error('useRun outside of a run’s page');
  return found;
}
