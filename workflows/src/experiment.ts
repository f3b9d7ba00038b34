/** One run: data, base policy, baseline, GRPO updates, result. Every step is a durable activity; only references pass here. */

import type { ExperimentInput, RunOutcome } from '@queryloop/contracts';
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { begin } from './begin.ts';
import { conclude, stopHere } from './conclude.ts';
import { describeFailure } from './describe-failure.ts';
import { openRunContext, type RunContext } from './run-context.ts';
import { recordSteps } from './step-proxies.ts';
import { train } from './train.ts';

/** About 25 events an update: a fresh execution this often keeps replay after a restart quick. */
const updatesPerExecution = 100;

/** Type of the failure of a run; details: [{ update, tokens }], how far it got. */
export const runFailed = 'RunFailed';

export async function experiment(input: ExperimentInput): Promise<RunOutcome> {
  const { runId, config, until, sweepId, continued } = input;
  const context = openRunContext(runId, config);
  try {
    if (continued !== undefined) context.status.open();
    const state = (context.state = continued ?? (await begin(context, input)));
    const lastUpdate = Math.min(until ?? config.grpo.updates, config.grpo.updates);
    await train(
      context,
      state,
      lastUpdate,
      (updates) => updates >= updatesPerExecution || workflowInfo().continueAsNewSuggested,
    );
    if (state.policy.update < lastUpdate) {
      // A fresh execution knows nothing of a pause, so it is only begun while there is none.
      await condition(() => !context.steps.paused && isSettled(context));
      return await continueAsNew<typeof experiment>({ runId, config, until, sweepId, continued: state });
    }
    const outcome = await (until === undefined ? conclude(context, state) : stopHere(context, state));
    await condition(() => isSettled(context));
    return outcome;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    throw await recordEnd(context, error);
  }
}

/** No message is being answered and no status being told. */
function isSettled({ status }: RunContext): boolean {
  return status.isSettled && allHandlersFinished();
}

/** Writes down why the run ended, and gives what the workflow ends with. */
async function recordEnd(context: RunContext, error: unknown): Promise<unknown> {
  const { runId, state } = context;
  context.concluding = true;
  const cancelled = isCancellation(error);
  const why = cancelled ? `cancelled; go on with: queryloop resume ${runId}` : describeFailure(runId, error);
  await CancellationScope.nonCancellable(async () => {
    await condition(() => isSettled(context));
    await recordSteps.finishRun({ runId, status: cancelled ? 'cancelled' : 'failed', error: why });
  }).catch(() => undefined); // A store that cannot be written must not hide why the run failed.
  if (cancelled) return error;
  return ApplicationFailure.create({
    message: why,
    type: runFailed,
    nonRetryable: true,
    details: [{ update: state?.policy.update ?? 0, tokens: state?.tokens ?? 0 }],
    ...(error instanceof Error && { cause: error }),
  });
}
