'use client';
/** Log lines read so far, with those that were written since. */
import { useEffect, useRef, useState } from 'react';
import { fetchJson } from '#ui/fetch-json.ts';
import { problemOf } from '../actions/use-act.ts';
import type { LogLine, LogsPage } from '../artifact-schemas.ts';
import { useRun } from '../use-run.tsx';

const pollMs = 2_000;
/** Kept on the page; older ones are in the files. */
const mostLines = 5_000;

interface Log {
  lines: LogLine[];
  older: boolean;
  folder: string;
  elsewhere: string[];
  error: { message: string; hint?: string | undefined } | null;
}

interface Asked {
  scope: 'run' | 'all';
  level: LogLine['level'];
  follow: boolean;
  /** Answer for lines of the run of level info. */
  initial: LogsPage;
}

export function useLog({ scope, level, follow, initial }: Asked): Log {
  const { path } = useRun();
  const [log, setLog] = useState<Log>(() => ({ ...logOf(initial), error: null }));
  const asked = `${path}/logs?scope=${scope}&level=${level}`;
  const place = useRef({ asked: `${path}/logs?scope=run&level=info`, cursor: initial.cursor });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const read = async (): Promise<void> => {
      const goesOn = place.current.asked === asked;
      try {
        const page = await fetchJson<LogsPage>(goesOn ? `${asked}&cursor=${place.current.cursor}` : asked);
        if (left) return;
        place.current = { asked, cursor: page.cursor };
        setLog((known) => (goesOn ? withNew(known, page) : { ...logOf(page), error: null }));
      } catch (error) {
        if (!left) setLog((known) => ({ ...known, error: problemOf(error) }));
      }
      if (follow && !left) timer = setTimeout(() => void read(), pollMs);
    };
    void read();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [asked, follow]);
  return log;
}

function logOf({ items, older, folder, elsewhere }: LogsPage): Omit<Log, 'error'> {
  return { lines: items, older, folder, elsewhere };
}

/** The same object when nothing is new, so that nothing is drawn again. */
function withNew(known: Log, page: LogsPage): Log {
  if (page.items.length === 0 && known.error === null) return known;
  const ids = new Set(known.lines.map(({ id }) => id));
  const lines = [...known.lines, ...page.items.filter(({ id }) => !ids.has(id))];
  return { ...known, lines: lines.slice(-mostLines), older: known.older || lines.length > mostLines, error: null };
}
