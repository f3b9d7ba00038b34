'use client';
/** Where a run is now: how far, what it does, which worker does it, and what hinders it. Nothing once it has finished. */
import { CircleAlert, RotateCcw, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { duration } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import type { LiveNow, PendingStep, RunDetail } from './schemas.ts';
import { stepLabel } from './step-label.ts';
import { useNowSeconds } from './use-now-seconds.ts';
import { useRun } from './use-run.tsx';

/** A worker says every second that it lives. */
const silentSeconds = 10;

export function RunPosition() {
  const { run, live } = useRun();
  if (run.finishedAt !== null) return null;
  return (
    <section
      aria-label="Where the run is"
      className="mb-4 flex flex-col gap-2 rounded-lg border border-line bg-surface px-4 py-3"
    >
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p className="font-medium">{phaseOf(run)}</p>
        <p className="tabular text-ink-soft">
          update {run.update} of {run.updates}
        </p>
        <p className="ml-auto text-xs text-ink-faint tabular">
          {run.secondsLeft !== null && run.status === 'running' && `about ${duration(run.secondsLeft)} left`}
          {live === 'waiting' && ' · waiting for the server'}
        </p>
      </div>
      <Bar done={run.update} total={run.updates} held={run.status !== 'running'} />
      {run.now?.steps.map((step) => (
        <StepNow key={step.activityId} step={step} />
      ))}
      {run.now && <ExecutionProblem now={run.now} run={run} />}
      {run.nowProblem && <Remark tone="text-warn">{run.nowProblem}</Remark>}
    </section>
  );
}

function Bar({ done, total, held }: { done: number; total: number; held: boolean }) {
  return (
    <div
      role="progressbar"
      aria-label="Updates"
      aria-valuenow={done}
      aria-valuemin={0}
      aria-valuemax={total}
      className="h-1.5 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={join('h-full rounded-full transition-[width]', held ? 'bg-warn' : 'bg-accent')}
        style={{ width: `${total === 0 ? 0 : Math.min(100, (done / total) * 100)}%` }}
      />
    </div>
  );
}

function StepNow({ step }: { step: PendingStep }) {
  const now = useNowSeconds();
  const heard = ageOf(step.heartbeatAt, now);
  const next = ageOf(step.nextAttemptAt, now);
  const waiting = step.state === 'scheduled' && next !== null && next < 0;
  return (
    <div className="flex flex-col gap-0.5 text-xs">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-ink-soft">
        <span className="font-medium text-ink">{stepLabel(step.step)}</span>
        {step.progress && (
          <span className="tabular">
            {step.progress.phase} {step.progress.done} of {step.progress.total}
            {step.progress.detail && ` · ${step.progress.detail}`}
          </span>
        )}
        {step.worker && (
          <span className="inline-flex items-center gap-1">
            <Server aria-hidden className="size-3" />
            {step.worker}
          </span>
        )}
        {step.state === 'scheduled' && !waiting && <span>waiting for a worker</span>}
        {heard !== null && step.state === 'started' && (
          <span className={join('tabular', heard > silentSeconds && 'text-warn')}>
            heard from {duration(Math.max(0, Math.round(heard)))} ago
          </span>
        )}
      </p>
      {step.attempt > 1 && (
        <p className="flex items-start gap-1.5 text-warn">
          <RotateCcw aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span className="min-w-0 break-words">
            Attempt {step.attempt}
            {step.maximumAttempts > 0 && ` of ${step.maximumAttempts}`}
            {waiting && `, in ${duration(Math.ceil(-next))}`}
            {step.failure && `: ${step.failure}`}
          </span>
        </p>
      )}
    </div>
  );
}

function ExecutionProblem({ now, run }: { now: LiveNow; run: RunDetail }): ReactNode {
  if (now.execution === 'unknown')
    return (
      <Remark tone="text-warn">
        Temporal does not know this run any more, so nothing works on it. Resume goes on from what is stored.
      </Remark>
    );
  if (now.execution !== 'running' && run.status === 'running')
    return (
      <Remark tone="text-warn">
        Its last execution has ended ({now.execution}) and the store has not heard of it. Resume goes on from what is
        stored.
      </Remark>
    );
  if (now.phase === null && now.steps.length === 0)
    return (
      <Remark tone="text-ink-soft">No worker answers for it. It goes on when one is there: queryloop start</Remark>
    );
  return null;
}

function Remark({ tone, children }: { tone: string; children: ReactNode }) {
  return (
    <p className={join('flex items-start gap-1.5 text-xs', tone)}>
      <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

const phases: Record<string, string> = {
  prepare: 'Preparing the data',
  warmStart: 'Warm start',
  baseline: 'Scoring the policy before GRPO',
  train: 'Training',
  evaluate: 'Scoring',
  done: 'Ending',
};

function phaseOf({ status, now }: RunDetail): string {
  if (status === 'paused' || now?.paused) return 'Paused';
  if (status === 'stopped') return 'Stopped at a rung of its sweep';
  return (now?.phase && phases[now.phase]) ?? 'Running';
}

/** Seconds since a time; negative when it is still to come. */
function ageOf(iso: string | null, now: number | null): number | null {
  return iso === null || now === null ? null : now - Date.parse(iso) / 1000;
}
