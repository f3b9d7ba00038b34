/** What a run does at this moment, and how long it will still take. */
import { hidePassword } from '@queryloop/contracts';
import type { RunNow } from '@queryloop/control';
import type { StoredRun } from '@queryloop/store';
import type { LiveNow } from './schemas.ts';

/** Asks Temporal: null when it does not know the run. Rejects when Temporal is away. */
export type AskNow = (runId: string) => Promise<RunNow | null>;

export interface NowAnswer {
  now: LiveNow | null;
  problem: string | null;
}

/** Asked only of runs that have not ended; not at all without `ask`. */
export async function readNow(
  { id, finishedAt }: Pick<StoredRun, 'id' | 'finishedAt'>,
  ask: AskNow | null,
): Promise<NowAnswer> {
  if (finishedAt !== null || ask === null) return { now: null, problem: null };
  try {
    const now = await ask(id);
    return now === null ? { now: unknownToTemporal, problem: null } : { now: liveNow(now), problem: null };
  } catch {
    return { now: null, problem: 'Temporal does not answer: what the run does now is not known.' };
  }
}

const unknownToTemporal: LiveNow = {
  execution: 'unknown',
  phase: null,
  paused: false,
  update: null,
  historyEvents: 0,
  steps: [],
};

function liveNow({ status, progress, historyEvents, steps }: RunNow): LiveNow {
  return {
    execution: status,
    phase: progress?.phase ?? null,
    paused: progress?.paused ?? false,
    update: progress?.update ?? null,
    historyEvents,
    steps: steps.map(({ failure, ...step }) => ({
      ...step,
      failure: failure === null ? null : hidePassword(failure),
    })),
  };
}

/**
 * Seconds until the last of `updates`, from when the last updates were done (newest first). Long gaps (pauses, machines that
 * slept) are left out: those over ten times the median. Null with fewer than two gaps.
 */
export function secondsLeft(done: readonly { update: number; finishedAt: Date }[], updates: number): number | null {
  const gaps = done
    .slice(1)
    .map((older, i) => ((done[i] as { finishedAt: Date }).finishedAt.getTime() - older.finishedAt.getTime()) / 1000);
  if (gaps.length < 2) return null;
  const median = gaps.toSorted((left, right) => left - right)[Math.floor(gaps.length / 2)] as number;
  const usual = gaps.filter((gap) => gap >= 0 && gap <= 10 * median);
  if (usual.length === 0) return null;
  const mean = usual.reduce((sum, gap) => sum + gap, 0) / usual.length;
  return Math.max(0, updates - (done[0] as { update: number }).update) * mean;
}
