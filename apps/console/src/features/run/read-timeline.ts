/** How a run went: who worked on it and when, and what happened to it, each at its update. */
import type { Store, StoredRun, TimedStep } from '@queryloop/store';
import { changesOf } from './read.ts';
import { shownValue } from './show-value.ts';
import type { RunAttempt, RunEvent, RunStep, RunTimeline, StepsPage, StepsQuery } from './timeline-schemas.ts';

/** Marks on a chart beyond these would hide it; the list of steps has all. */
const mostRetries = 500;

export async function readSteps(store: Store, runId: string, { order, ...page }: StepsQuery): Promise<StepsPage> {
  const { items, total } = await store.timeline.page(runId, { ...page, newest: order === 'newest' });
  return { items: items.map(step), total };
}

export async function readTimeline(store: Store, run: StoredRun): Promise<RunTimeline> {
  const [stored, actions, summary, retried] = await Promise.all([
    store.attempts.list(run.id),
    store.actions.list(run.id),
    store.timeline.summary(run.id),
    store.timeline.page(run.id, { only: 'retried', limit: mostRetries }),
  ]);
  const steering = actions.filter(({ name }) => ['pause', 'resume', 'cancel'].includes(name));
  const updates = await store.timeline.updatesAt(run.id, [
    ...stored.map(({ startedAt }) => startedAt),
    ...steering.map(({ at }) => at),
  ]);
  const attempts = stored.map(
    ({ number, host, processId, startedAt, endedAt, outcome }, i): RunAttempt => ({
      number,
      host,
      processId,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      outcome,
      state: endedAt !== null ? 'ended' : isLost(run, stored, i) ? 'lost' : 'working',
      update: updates[i] ?? 0,
    }),
  );
  const events = [
    ...retried.items.map(retry),
    ...attempts.flatMap((attempt, i) => attemptEvents(attempt, attempts[i + 1])),
    ...changesOf(run).map(
      ({ update, field, from, to, at }): RunEvent => ({
        kind: 'change',
        update,
        at,
        text: `${field}: ${shownValue(from)} → ${shownValue(to)}`,
      }),
    ),
    ...steering.map(
      ({ name, at, detail, actor }, i): RunEvent => ({
        kind: name === 'resume' ? 'resume' : 'note',
        update: updates[stored.length + i] ?? 0,
        at: at.toISOString(),
        text: `${detail} (${actor})`,
      }),
    ),
  ];
  const { steps, reused } = summary;
  return {
    attempts,
    events: events.sort((left, right) => left.update - right.update),
    steps,
    retried: summary.retried,
    reused,
  };
}

/** It never ended, and the run ended after it or the same machine began anew. */
function isLost(
  { finishedAt }: Pick<StoredRun, 'finishedAt'>,
  attempts: readonly { host: string }[],
  index: number,
): boolean {
  const host = attempts[index]?.host;
  return finishedAt !== null || attempts.slice(index + 1).some((later) => later.host === host);
}

function attemptEvents(
  { number, state, host, processId, update, startedAt }: RunAttempt,
  next: RunAttempt | undefined,
): RunEvent[] {
  const who = `process ${processId} on ${host}`;
  return [
    ...(number > 1
      ? [{ kind: 'resume' as const, update, at: startedAt, text: `Attempt ${number} began: ${who}` }]
      : []),
    // When it was lost is not written anywhere: at the latest when the next one began.
    ...(state === 'lost'
      ? [
          {
            kind: 'lost' as const,
            update: next?.update ?? update,
            at: null,
            text: `The worker of attempt ${number} was lost: ${who}`,
          },
        ]
      : []),
  ];
}

function retry({ update, name, attempts, finishedAt }: TimedStep): RunEvent {
  return { kind: 'retry', update, at: finishedAt.toISOString(), text: `${name} was tried ${attempts} times` };
}

function step({ startedAt, finishedAt, ...rest }: TimedStep): RunStep {
  return { ...rest, startedAt: startedAt?.toISOString() ?? null, finishedAt: finishedAt.toISOString() };
}
