/** Runs as `queryloop status` shows them. */

import type { RunLine, RunSummary } from '@queryloop/control';
import { phaseNames } from './run-view.ts';
import { percent } from './screen.ts';

/** A table, newest first as given. */
export function listLines(runs: readonly RunLine[]): string[] {
  const width = Math.max(3, ...runs.map(({ runId }) => runId.length));
  const row = (id: string, name: string, seed: string, status: string, update: string, dev: string, at: string) =>
    [id.padEnd(width), name.padEnd(16), seed.padStart(6), status.padEnd(10), update.padStart(9), dev.padStart(8), at]
      .join('  ')
      .trimEnd();
  return [
    row('run', 'name', 'seed', 'status', 'update', 'best dev', 'started'),
    ...runs.map(({ runId, name, seed, status, update, updates, bestDev, startedAt }) =>
      row(runId, name, String(seed), status, `${update}/${updates}`, share(bestDev), time(startedAt)),
    ),
  ];
}

export function summaryLines(run: RunSummary): string[] {
  const { now, parent } = run;
  return [
    `run ${run.runId}: ${run.status}`,
    field('experiment', `${run.name}, seed ${run.seed}${run.sweepId ? `, of sweep ${run.sweepId}` : ''}`),
    ...(parent ? [field('branch of', `${parent.runId}, after update ${parent.update}`)] : []),
    field('started', `${time(run.startedAt)}${run.finishedAt ? `, ended ${time(run.finishedAt)}` : ''}`),
    field('update', `${run.update} of ${run.updates}`),
    ...(run.tags.length > 0 ? [field('tags', run.tags.join(', '))] : []),
    ...run.notes.map(({ text, createdAt }) => field('note', `${time(createdAt)}  ${oneLine(text)}`)),
    ...(now ? [field('now', nowOf(now))] : []),
    ...(Object.keys(run.metrics).length > 0 ? [field('last metrics', metricsOf(run.metrics))] : []),
    ...run.dev.map(({ update, accuracy, errorRate }) =>
      field(`dev after ${update}`, `accuracy ${percent(accuracy)}, failed queries ${percent(errorRate)}`),
    ),
    ...run.changes.map(({ update, field: name, from, to }) =>
      field('changed', `${name}: ${String(from)} → ${String(to)}, from update ${update} on`),
    ),
    ...run.attempts.map(({ number, host, startedAt, endedAt, outcome }) =>
      field(
        `attempt ${number}`,
        `${host}, ${time(startedAt)} to ${endedAt ? time(endedAt) : '…'}  ${outcome ?? ''}`.trimEnd(),
      ),
    ),
    ...(run.error ? ['', ...run.error.split('\n')] : []),
    ...adviceOf(run),
  ];
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(14)}  ${value}`;
}

function nowOf({ phase, paused, step }: NonNullable<RunSummary['now']>): string {
  if (paused) return `held in: ${phaseNames[phase]}`;
  if (step === null) return phaseNames[phase];
  const progress = step.progress ? ` ${step.progress.done}/${step.progress.total} ${step.progress.detail ?? ''}` : '';
  const attempt = step.attempt > 1 ? `, attempt ${step.attempt}${step.failure ? ` (${step.failure})` : ''}` : '';
  return `${phaseNames[phase]}: ${step.step}${progress}${attempt}`.trimEnd();
}

function metricsOf(metrics: Record<string, number>): string {
  const shown = ['reward', 'rewards/accuracy/mean', 'rewards/false_rate', 'execution/error', 'entropy', 'loss'];
  return shown
    .flatMap((name) => (metrics[name] === undefined ? [] : [`${name} ${metrics[name].toFixed(3)}`]))
    .join(', ');
}

function adviceOf({ status, now, runId, error }: RunSummary): string[] {
  const goOn = `queryloop resume ${runId}`;
  if (status === 'running' && now === null)
    return ['', `Nothing is at work on it here; it goes on with "queryloop start" or: ${goOn}`];
  if (status === 'paused' || status === 'stopped' || (status === 'cancelled' && error === null))
    return ['', `Go on with: ${goOn}`];
  return [];
}

function share(accuracy: number | null): string {
  return accuracy === null ? '–' : percent(accuracy);
}

/** Of a text that anybody may have written: what would steer the terminal is left out. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** To the minute, in the time of this machine. */
function time(iso: string): string {
  const date = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
