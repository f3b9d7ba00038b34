'use client';
/** The processes that worked on a run, each as a bar on the run's own time. */
import { Badge, type Tone } from '#ui/badge.tsx';
import { dateTime, duration } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { RunAttempt } from '../timeline-schemas.ts';
import { useNowSeconds } from '../use-now-seconds.ts';
import { useRun } from '../use-run.tsx';

const tones: Record<RunAttempt['state'], Tone> = { working: 'info', ended: 'neutral', lost: 'warn' };
const colours: Record<RunAttempt['state'], string> = { working: 'bg-info', ended: 'bg-accent', lost: 'bg-warn' };

export function Attempts({ attempts }: { attempts: RunAttempt[] }) {
  const { run } = useRun();
  const now = useNowSeconds();
  const start = Date.parse(run.createdAt) / 1000;
  const end = run.finishedAt === null ? (now ?? start + 1) : Date.parse(run.finishedAt) / 1000;
  return (
    <Panel title="Attempts" note="One for every process that worked on the run; a resumed run has several." flush>
      {attempts.length === 0 ? (
        <EmptyState title="No worker has taken it up yet" />
      ) : (
        <ol className="divide-y divide-line border-t border-line">
          {attempts.map((attempt, i) => {
            const from = Date.parse(attempt.startedAt) / 1000;
            const next = attempts[i + 1];
            const until = endOf(attempt, next, end);
            return (
              <li key={attempt.number} className="px-4 py-2.5">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="font-medium">Attempt {attempt.number}</span>
                  <Badge tone={tones[attempt.state]}>
                    {attempt.state === 'ended' ? (attempt.outcome ?? 'ended') : attempt.state}
                  </Badge>
                  <span className="text-xs text-ink-soft">
                    process {attempt.processId} on {attempt.host}
                  </span>
                  <span className="tabular ml-auto text-xs text-ink-soft">
                    {attempt.state === 'lost' ? 'at most ' : ''}
                    {duration(Math.max(0, until - from))}
                  </span>
                </p>
                <Bar from={share(from, start, end)} to={share(until, start, end)} colour={colours[attempt.state]} />
                <p className="tabular text-xs text-ink-faint">
                  {dateTime(attempt.startedAt)} UTC, at update {attempt.update}
                  {attempt.state === 'lost' && '; it was lost without a word, and its step was done again'}
                </p>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}

function endOf({ endedAt, state }: RunAttempt, next: RunAttempt | undefined, end: number): number {
  if (endedAt !== null) return Date.parse(endedAt) / 1000;
  return state === 'lost' && next !== undefined ? Date.parse(next.startedAt) / 1000 : end;
}

function share(at: number, start: number, end: number): number {
  return Math.min(1, Math.max(0, (at - start) / Math.max(1, end - start)));
}

function Bar({ from, to, colour }: { from: number; to: number; colour: string }) {
  return (
    <div aria-hidden className="relative my-1.5 h-1.5 rounded-full bg-sunken">
      <div
        className={`absolute h-full rounded-full ${colour}`}
        style={{ left: `${from * 100}%`, width: `${Math.max(0.75, (to - from) * 100)}%` }}
      />
    </div>
  );
}
