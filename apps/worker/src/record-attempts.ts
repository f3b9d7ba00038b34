/** Records, around the activities, that this process worked on a run (an attempt) and which computing steps it did. */

import type { Store } from '@queryloop/store';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Steps that compute; those that only write to the store are not recorded themselves. */
const computing = new Set([
  'prepareDataset',
  'warmStart',
  'generateRollout',
  'scoreCompletions',
  'updatePolicy',
  'evaluatePolicy',
  'comparePolicies',
]);

export interface AttemptRecorder {
  interceptor: ActivityInterceptorsFactory;
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
    attempts.delete(runId);
    if (attempt !== undefined) await store.attempts.end(runId, await attempt, outcome);
  };

  const interceptor: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const runId = info.workflowExecution?.workflowId;
        const step = info.activityType;
        // The first step makes the run's row, which an attempt belongs to.
        if (runId === undefined || step === 'startRun') return await next(input);
        await begin(runId);
        const startMs = Date.now();
        const output: unknown = await next(input);
        if (computing.has(step))
          await store.steps.record(runId, {
            ...placeOf(step, input.args[0]),
            seconds: (Date.now() - startMs) / 1000,
            output,
          });
        if (step === 'finishRun') await end(runId, (input.args[0] as { status: string }).status);
        return output;
      },
    },
  });
  return {
    interceptor,
    close: async () => {
      for (const runId of attempts.keys()) await end(runId, 'stopped');
    },
  };
}

/** Names a step within its run, so that a repeated attempt, also after a restart or continue-as-new, is the same step. */
function placeOf(step: string, input: unknown): { update: number; name: string } {
  const { update, finalUpdate, split, policy } = (input ?? {}) as {
    update?: number;
    finalUpdate?: number;
    split?: string;
    policy?: { update?: number };
  };
  return {
    update: update ?? policy?.update ?? finalUpdate ?? 0,
    name: split === undefined ? step : `${step}:${split}`,
  };
}
