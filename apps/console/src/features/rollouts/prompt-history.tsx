'use client';
/** The same prompt at other updates: how its groups came out over the run, in the updates around this one. */
import Link from 'next/link';
import useSWR from 'swr';
import type { ApiError } from '#ui/fetch-json.ts';
import { percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { Skeleton } from '#ui/states.tsx';
import { cellClass, mapClasses, stateWords } from './group-states.tsx';
import type { PromptHistory } from './lens-schemas.ts';
import { promptText } from './prompt-text.ts';

/** Of those found, this many around the present one are shown; the map has all. */
const mostShown = 16;
/** The API reads this many at once; those that are not kept in memory yet take a moment. */
const updatesInWindow = 200;

interface PromptHistoryProps {
  runId: string;
  prompt: string;
  update: number;
  /** Updates of the run. */
  updates: number;
}

export function PromptHistoryStrip({ runId, prompt, update, updates }: PromptHistoryProps) {
  const after = Math.max(0, Math.min(update - updatesInWindow / 2, updates - updatesInWindow));
  const path = `/runs/${encodeURIComponent(runId)}`;
  const query = new URLSearchParams({ prompt, after: String(after), limit: String(updatesInWindow) });
  const { data, error } = useSWR<PromptHistory, ApiError>(`/api/v1${path}/rollout-history?${query}`);
  if (error) return null;
  if (!data) return <Skeleton className="h-7" />;
  const present = data.items.findIndex((item) => item.update >= update);
  const first = Math.max(0, Math.min(present - mostShown / 2, data.items.length - mostShown));
  const shown = data.items.slice(first, first + mostShown);
  return (
    <nav aria-label="This prompt at other updates" className="flex flex-wrap items-center gap-1.5 text-xs">
      <span className="text-ink-soft">Drawn at</span>
      {shown.map(({ update: drawn, group, state, solved }) => (
        <Link
          key={`${drawn} ${group}`}
          href={`${path}/rollouts/${drawn}/${group}`}
          aria-current={drawn === update ? 'page' : undefined}
          title={`update ${drawn}: ${stateWords[state].label}, ${percent(solved, 0)} right`}
          className={join(
            'inline-flex items-center gap-1 rounded border px-1.5 py-0.5 hover:bg-sunken',
            drawn === update ? 'border-line-strong font-medium' : 'border-line',
          )}
        >
          <span
            aria-hidden
            className="size-2.5 rounded-sm"
            style={{ background: mapClasses[cellClass(state, solved)]?.color }}
          />
          <span className="tabular">{drawn}</span>
          <span className="tabular text-ink-faint">{percent(solved, 0)}</span>
        </Link>
      ))}
      <Link
        className="text-accent hover:underline"
        href={`${path}/rollouts?${new URLSearchParams({ find: promptText(prompt), to: String(Math.min(updates, after + updatesInWindow)) })}`}
      >
        {shown.length < data.items.length ? `${data.items.length - shown.length} more on the map` : 'On the map'}
      </Link>
    </nav>
  );
}
