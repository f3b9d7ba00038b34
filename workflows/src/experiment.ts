/** One run: data, base policy, baseline, GRPO updates, result. Every step is a durable activity; only references pass here. */

import type { ExperimentInput, RunResult } from '@queryloop/contracts';
import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  rootCause,
  workflowInfo,
} from '@temporalio/workflow';
import { conclude } from './conclude.ts';
import { establishBaseline } from './establish-baseline.ts';
import { openRunContext } from './run-context.ts';
import { cpuSteps } from './step-proxies.ts';
import { train } from './train.ts';

/** About 25 events an update: a fresh execution this often keeps replay after a restart quick. */
const updatesPerExecution = 100;

export async function experiment({ runId, config, continued }: ExperimentInput): Promise<RunResult> {
  const context = openRunContext(runId, config);
  try {
    const state = continued ?? (await establishBaseline(context));
    context.state = state;
    await train(context, state, (updates) => updates >= updatesPerExecution || workflowInfo().continueAsNewSuggested);
    if (state.policy.update < config.grpo.updates) {
      await context.steps.ready();
      return await continueAsNew<typeof experiment>({ runId, config, continued: state });
    }
    return await conclude(context, state);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const status = isCancellation(error) ? 'cancelled' : 'failed';
    // A store that cannot be written must not hide why the run failed.
    await CancellationScope.nonCancellable(() =>
      cpuSteps.finishRun({ runId, status, error: rootCause(error) ?? String(error) }),
    ).catch(() => undefined);
    throw error;
  }
}
