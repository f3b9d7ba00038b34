/** Many runs of one experiment, each a child workflow: so many at a time, within a budget; the next one is chosen by the plan. */
import type { StartSweepInput, SweepInput, SweepResult } from '@queryloop/contracts';
import { mostSweepRuns } from '@queryloop/contracts/most-sweep-runs';
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
import { describeFailure } from './describe-failure.ts';
import { recordSteps } from './step-proxies.ts';
import { SweepPlan, type SweepState } from './sweep-plan.ts';
import { SweepRuns } from './sweep-runs.ts';

export async function sweep(input: SweepInput, continued?: SweepState): Promise<SweepResult> {
  requireFewRuns(input);
  const startedAtMs = Date.now();
  let plan = new SweepPlan(input, continued ?? { runs: [], dev: [], decisions: [], givenUp: [], startedAtMs });
  const runs = new SweepRuns(input, () => plan);
  const resultOf = (): SweepResult => ({ ...plan.progress(Date.now()), sweepId: input.sweepId, best: plan.best });
  try {
    if (continued === undefined) {
      const known = await recordSteps.startSweep(input satisfies StartSweepInput);
      plan = new SweepPlan(input, { ...known, decisions: [], givenUp: [], startedAtMs });
    }
    // When the history is long, runs in progress end first; then a fresh execution goes on.
    await runs.work(() => workflowInfo().continueAsNewSuggested);
    await condition(() => !runs.held && allHandlersFinished());
    if (workflowInfo().continueAsNewSuggested) return await continueAsNew<typeof sweep>(input, plan.state);
    const result = resultOf();
    const failed = result.runs.every(({ status }) => status === 'failed');
    await recordSteps.finishSweep({ sweepId: input.sweepId, status: failed ? 'failed' : 'finished', result });
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const cancelled = isCancellation(error);
    await CancellationScope.nonCancellable(async () => {
      await runs.ended();
      await condition(allHandlersFinished);
      const status = cancelled ? 'cancelled' : 'failed';
      await recordSteps.finishSweep({ sweepId: input.sweepId, status, result: resultOf() });
    }).catch(() => undefined); // A store that cannot be written must not hide why the sweep failed.
    if (cancelled) throw error;
    throw ApplicationFailure.create({
      message: describeFailure(input.sweepId, error),
      nonRetryable: true,
      ...(error instanceof Error && { cause: error }),
    });
  }
}

function requireFewRuns({ trials, settings }: SweepInput): void {
  const runs = trials.length * settings.seeds.length;
  if (runs <= mostSweepRuns) return;
  throw ApplicationFailure.create({
    message: `${trials.length} trials with ${settings.seeds.length} seeds are ${runs} runs; a sweep has ${mostSweepRuns} at most`,
    type: 'UserError',
    nonRetryable: true,
    details: [{ field: 'parameters', hint: 'Use fewer values or seeds, or several sweeps.' }],
  });
}
