/** Records, around the activities, that this process worked on a run (an attempt) and which computing steps it did. */

import type { Store } from '@queryloop/store';
import type { StepResult } from './step-cache.ts';
import { placeOf } from './step-place.ts';

/** Steps that compute; those that only write to the store, or join what shards computed, are not recorded themselves. */
const recorded = new Set([
  'prepareDataset',
  'warmStart',
  'generateRollout',
  'scoreCompletions',
  'computeGradient',
  'updatePolicy',
  'snapshotPolicy',
  'evaluatePolicy',
  'comparePolicies',
]);

/** The first makes the run's row, which an attempt belongs to; the others are steps of a sweep, which is no run. */
const outsideRuns = new Set(['startRun', 'startSweep', 'finishSweep']);

export interface StepToRecord {
  runId: string;
  step: string;
  input: unknown;
  /** Times that Temporal has tried it, this one included. */
  attempts: number;
}

export interface AttemptRecorder {
  /** Does a step and records it. Fails when the store cannot be written: a retry then finds the step in the cache. */
  around(step: StepToRecord, work: () => Promise<StepResult>): Promise<unknown>;
  /** Ends the attempts of this process, as it stops in good order. */
  close(): Promise<void>;
}

export function recordAttempts(store: Store): AttemptRecorder {
  const attempts = new Map<string, Promise<number>>();
  const begin = (runId: string): Promise<number> => {
    let attempt = attempts.get(runId);
    if (attempt === undefined) {
      attempt = store.attempts.begin(runId);
      attempt.catch(() => attempts.delete(runId));
      attempts.set(runId, attempt);
    }
    return attempt;
  };
  const end = async (runId: string, outcome: string): Promise<void> => {
    const attempt = attempts.get(runId);
    if (attempt !== undefined) await store.attempts.end(runId, await attempt, outcome);
    attempts.delete(runId);
  };

  return {
    around: async ({ runId, step, input, attempts: tried }, work) => {
      if (outsideRuns.has(step)) return (await work()).output;
      await begin(runId);
      const startedAt = new Date();
      const { output, reused } = await work();
      if (recorded.has(step)) {
        const seconds = (Date.now() - startedAt.getTime()) / 1000;
        await store.steps.record(runId, {
          ...placeOf(step, input),
          seconds,
          output,
          attempts: tried,
          reused,
          startedAt,
        });
      }
      const outcome = outcomeOf(step, input);
      if (outcome !== undefined) await end(runId, outcome);
      return output;
    },
    close: async () => {
      for (const runId of attempts.keys()) await end(runId, 'stopped');
    },
  };
}

/** What a step that ends the work on a run says of it. */
function outcomeOf(step: string, input: unknown): string | undefined {
  if (step !== 'finishRun' && step !== 'setRunStatus') return undefined;
  const { status } = input as { status: string };
  return step === 'finishRun' || status === 'stopped' ? status : undefined;
}
