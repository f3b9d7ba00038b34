/** What the store and, while services run, Temporal know of a run: what `queryloop status` tells. */
import type { RunProgress, RunStatus } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import type { Client } from '@temporalio/client';
import { type PendingStep, stepInProgress } from './pending-steps.ts';

/** One line of the list. */
export interface RunLine {
  runId: string;
  name: string;
  seed: number;
  status: RunStatus;
  /** Last update with metrics. */
  update: number;
  updates: number;
  /** Best accuracy on dev, the base included; null before the baseline. */
  bestDev: number | null;
  startedAt: string;
}

export interface RunSummary extends RunLine {
  finishedAt: string | null;
  /** Of the last update. */
  metrics: Record<string, number>;
  dev: { update: number; accuracy: number; errorRate: number }[];
  attempts: { number: number; host: string; startedAt: string; endedAt: string | null; outcome: string | null }[];
  changes: { update: number; field: string; from: unknown; to: unknown }[];
  parent: { runId: string; update: number } | null;
  sweepId: string | null;
  tags: string[];
  notes: { id: string; text: string; createdAt: string }[];
  error: string | null;
  /** What it does now; null while nothing is at work on it. */
  now: { phase: RunProgress['phase']; paused: boolean; step: PendingStep | null } | null;
}

export async function runLine(store: Store, run: StoredRun): Promise<RunLine> {
  const dev = await devOf(store, run.id);
  return {
    runId: run.id,
    name: run.name,
    seed: run.seed,
    status: run.status,
    update: (await store.metrics.series(run.id, 'reward')).at(-1)?.update ?? 0,
    updates: run.config.grpo.updates,
    bestDev: dev.length === 0 ? null : Math.max(...dev.map(({ accuracy }) => accuracy)),
    startedAt: run.createdAt.toISOString(),
  };
}

export async function runSummary(store: Store, run: StoredRun, client: Client | undefined): Promise<RunSummary> {
  const line = await runLine(store, run);
  const attempts = await store.attempts.list(run.id);
  const notes = await store.notes.list(run.id);
  return {
    ...line,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    metrics: await store.metrics.at(run.id, line.update),
    dev: await devOf(store, run.id),
    attempts: attempts.map(({ number, host, startedAt, endedAt, outcome }) => ({
      number,
      host,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      outcome,
    })),
    changes: run.changes.map(({ update, field, from, to }) => ({ update, field, from, to })),
    parent: run.parent,
    sweepId: run.sweepId,
    tags: run.tags,
    notes: notes.map(({ id, text, createdAt }) => ({ id, text, createdAt: createdAt.toISOString() })),
    error: run.error,
    now: client === undefined ? null : await presentOf(client, run.id),
  };
}

async function devOf(store: Store, runId: string): Promise<RunSummary['dev']> {
  const evaluations = await store.evaluations.list(runId);
  return evaluations
    .filter(({ split }) => split === 'dev')
    .map(({ update, scores }) => ({ update, accuracy: scores.accuracy, errorRate: scores.errorRate }));
}

/** What a run does at the moment, from its workflow; null when it has ended or nobody answers for it. */
async function presentOf(client: Client, runId: string): Promise<RunSummary['now']> {
  const handle = client.workflow.getHandle(runId);
  try {
    const step = await stepInProgress(handle);
    const { phase, paused } = await handle.query<RunProgress>('progress');
    return phase === 'done' ? null : { phase, paused, step: step ?? null };
  } catch {
    return null;
  }
}
