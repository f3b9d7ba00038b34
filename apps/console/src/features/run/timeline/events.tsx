'use client';
/** What happened to a run besides its steps, newest first. */
import { CircleAlert, type LucideIcon, Play, RotateCcw, Settings2, StickyNote } from 'lucide-react';
import { dateTime } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import { ScrollRegion } from '../scroll-region.tsx';
import type { RunEvent, RunTimeline } from '../timeline-schemas.ts';
import { useRun } from '../use-run.tsx';
import { visible } from '../visible-text.tsx';

const looks: Record<RunEvent['kind'], { icon: LucideIcon; colour: string; word: string }> = {
  retry: { icon: RotateCcw, colour: 'text-warn', word: 'retry' },
  lost: { icon: CircleAlert, colour: 'text-bad', word: 'lost worker' },
  resume: { icon: Play, colour: 'text-good', word: 'resumed' },
  change: { icon: Settings2, colour: 'text-info', word: 'changed' },
  note: { icon: StickyNote, colour: 'text-ink-soft', word: 'action' },
};

/** More are in the list of steps. */
const shown = 100;

export function Events({ timeline }: { timeline: RunTimeline }) {
  const { now } = useRun().run;
  const retrying = now?.steps.filter(({ attempt }) => attempt > 1) ?? [];
  const events = timeline.events.toReversed().slice(0, shown);
  return (
    <Panel
      title="Events"
      note={`${timeline.retried} of ${timeline.steps} steps were tried again, ${timeline.reused} taken from the cache.`}
      flush
    >
      {events.length + retrying.length === 0 ? (
        <EmptyState title="Nothing out of the ordinary">
          Retries, lost workers, pauses, resumes and changed settings would stand here.
        </EmptyState>
      ) : (
        <ScrollRegion label="Events" className="max-h-96 overflow-y-auto border-t border-line">
          <ol className="divide-y divide-line">
            {retrying.map(({ activityId, step, attempt, failure }) => (
              <Row
                key={activityId}
                kind="retry"
                when="now"
                text={`${step}: attempt ${attempt}${failure ? ` after: ${failure}` : ''}`}
              />
            ))}
            {events.map(({ kind, update, at, text }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: events have no other identity.
              <Row key={i} kind={kind} when={`update ${update}${at ? ` · ${dateTime(at)}` : ''}`} text={text} />
            ))}
          </ol>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function Row({ kind, when, text }: { kind: RunEvent['kind']; when: string; text: string }) {
  const { icon: Icon, colour, word } = looks[kind];
  return (
    <li className="flex items-start gap-2.5 px-4 py-2">
      <Icon aria-hidden className={`mt-1 size-3.5 shrink-0 ${colour}`} />
      <div className="min-w-0">
        <p className="break-words">{visible(text)}</p>
        <p className="tabular text-xs text-ink-faint">
          {word} · {when}
        </p>
      </div>
    </li>
  );
}
