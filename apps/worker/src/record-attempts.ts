/** Records each attempt at a computing step around its activity: when it started, when it ended, and why it failed. */
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { RunRecords, StepAttempt } from './run-records.ts';
import { stepKey } from './step-key.ts';

/** Steps that only write to the store are not recorded themselves. */
const recorded = new Set(['prepareDataset', 'warmStart', 'generateRollout', 'scoreCompletions', 'updatePolicy', 'evaluatePolicy', 'comparePolicies']);

export function recordAttempts(records: RunRecords): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const step = info.activityType;
        const runId = info.workflowExecution?.workflowId;
        if (runId === undefined || !recorded.has(step)) return await next(input);
        const attempt: StepAttempt = { runId, step, key: stepKey(step, input.args[0]), attempt: info.attempt };
        await records.stepStarted(attempt);
        try {
          const output: unknown = await next(input);
          await records.stepEnded(attempt, null);
          return output;
        } catch (error) {
          await records.stepEnded(attempt, error instanceof Error ? error.message : String(error));
          throw error;
        }
      },
    },
  });
}
