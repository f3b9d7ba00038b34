'use client';
/** Beside the overview: where the time went, related runs, notes, and what people did. */
import { X } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { StatusBadge } from '#ui/badge.tsx';
import { Button } from '#ui/button.tsx';
import { Textarea } from '#ui/field.tsx';
import { dateTime, duration, number } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { useAct } from '../actions/use-act.ts';
import { whyNot } from '../actions/why-not.ts';
import type { RelatedRun } from '../schemas.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { stepLabel } from '../step-label.ts';
import { useWhyReadOnly } from '../use-console-state.ts';
import { useRun } from '../use-run.tsx';
import { visible } from '../visible-text.tsx';

export function TimeSpent() {
  const { time, tokens } = useRun().run;
  const total = time.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = time[0]?.seconds ?? 0;
  return (
    <Panel title="Where the time went" note={`${duration(total)} in steps; ${number(tokens)} tokens sampled`}>
      <ul className="flex flex-col gap-1.5">
        {time.map(({ step, steps, seconds }) => (
          <li key={step} className="grid grid-cols-[7.5rem_1fr_auto] items-center gap-2 text-xs">
            <span className="truncate text-ink-soft">{stepLabel(step)}</span>
            <span aria-hidden className="h-1.5 rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-series-3"
                style={{ width: `${longest === 0 ? 0 : Math.max(1, (seconds / longest) * 100)}%` }}
              />
            </span>
            <span className="tabular text-right" title={`${steps} steps`}>
              {duration(seconds)}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Family() {
  const { run } = useRun();
  const others = run.seeds.filter(({ id }) => id !== run.id);
  if (others.length === 0 && run.branches.length === 0) return null;
  return (
    <Panel
      title="Related runs"
      actions={
        others.length > 0 && (
          <Link
            className="text-xs text-accent hover:underline"
            href={`/compare?runs=${run.seeds.map(({ id }) => encodeURIComponent(id)).join(',')}`}
          >
            Compare the seeds
          </Link>
        )
      }
    >
      <RelatedList title="Same settings, other seeds" runs={others} label={({ seed }) => `seed ${seed}`} />
      <RelatedList
        title="Branches"
        runs={run.branches}
        label={({ name, parentUpdate }) => `${name}, from update ${parentUpdate ?? 0}`}
      />
    </Panel>
  );
}

function RelatedList({ title, runs, label }: { title: string; runs: RelatedRun[]; label(run: RelatedRun): string }) {
  if (runs.length === 0) return null;
  return (
    <div className="mb-2 last:mb-0">
      <h3 className="mb-1 text-xs text-ink-faint">{title}</h3>
      <ScrollRegion label={title} className="max-h-56 overflow-y-auto">
        <ul className="flex flex-col gap-1">
          {runs.map((related) => (
            <li key={related.id} className="flex items-center justify-between gap-2">
              <Link
                className="min-w-0 truncate hover:text-accent hover:underline"
                title={related.id}
                href={`/runs/${encodeURIComponent(related.id)}`}
              >
                {label(related)}
              </Link>
              <StatusBadge status={related.status} />
            </li>
          ))}
        </ul>
      </ScrollRegion>
    </div>
  );
}

export function Notes() {
  const { run } = useRun();
  const { tell, busy } = useAct();
  const why = whyNot('annotate', run, useWhyReadOnly());
  const [text, setText] = useState('');
  const keep = async (): Promise<void> => {
    if (await tell({ path: '/notes', body: { text } })) setText('');
  };
  return (
    <Panel title="Notes and tags">
      {run.tags.length > 0 && (
        <ul className="mb-3 flex flex-wrap gap-1.5">
          {run.tags.map((tag) => (
            <li key={tag} className="inline-flex items-center gap-1 rounded-full bg-sunken py-0.5 pr-1 pl-2 text-xs">
              <Link href={`/runs?q=${encodeURIComponent(`tag:"${tag}"`)}`} className="hover:underline">
                {tag}
              </Link>
              {why === null && (
                <button
                  type="button"
                  aria-label={`Remove the tag ${tag}`}
                  className="rounded-full p-0.5 text-ink-faint hover:text-ink"
                  onClick={() => void tell({ method: 'DELETE', path: `/tags/${encodeURIComponent(tag)}` })}
                >
                  <X aria-hidden className="size-3" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <ul className="flex flex-col gap-3">
        {run.notes.map((note) => (
          <li key={note.id} className="group text-sm">
            <p className="whitespace-pre-wrap break-words">{visible(note.text)}</p>
            <p className="flex items-center gap-2 text-xs text-ink-faint">
              <span className="tabular">{dateTime(note.createdAt)}</span>
              {why === null && (
                <button
                  type="button"
                  className="hover:text-bad hover:underline"
                  onClick={() => void tell({ method: 'DELETE', path: `/notes/${note.id}` })}
                >
                  remove
                </button>
              )}
            </p>
          </li>
        ))}
      </ul>
      <form
        className="mt-3 flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void keep();
        }}
      >
        <Textarea
          aria-label="New note"
          rows={2}
          value={text}
          placeholder={why ?? 'What is worth remembering?'}
          disabled={why !== null}
          onChange={(event) => setText(event.target.value)}
        />
        {text.trim() !== '' && (
          <Button type="submit" className="self-end" disabled={busy}>
            Keep the note
          </Button>
        )}
      </form>
    </Panel>
  );
}

export function Actions() {
  const { actions } = useRun().run;
  if (actions.length === 0) return null;
  return (
    <Panel title="What was done to it">
      <ScrollRegion label="What was done to it" className="max-h-72 overflow-y-auto">
        <ol className="flex flex-col gap-2">
          {actions.map(({ id, detail, actor, at }) => (
            <li key={id} className="text-sm">
              <p className="break-words">{visible(detail)}</p>
              <p className="tabular text-xs text-ink-faint">
                {actor}, {dateTime(at)} UTC
              </p>
            </li>
          ))}
        </ol>
      </ScrollRegion>
    </Panel>
  );
}
