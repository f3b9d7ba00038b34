/** Where a run begins: at its baseline, or at the place that the store says it had got to. */
import type {
  ExperimentConfig,
  ExperimentInput,
  PolicyState,
  RestoreRunOutput,
  TrainingState,
} from '@queryloop/contracts';
import { engineOf, isEvaluated } from '@queryloop/contracts/step-inputs';
import { ApplicationFailure } from '@temporalio/workflow';
import { establishBaseline } from './establish-baseline.ts';
import { evaluateOnDev } from './evaluate.ts';
import { type RunContext, timed } from './run-context.ts';
import { isSameValue } from './same-value.ts';
import { policySteps, recordSteps } from './step-proxies.ts';

/** Opens the run's row and gives the state to train from. A run that had not got as far as its baseline begins anew. */
export async function begin(
  context: RunContext,
  { from, until, sweepId }: Pick<ExperimentInput, 'from' | 'until' | 'sweepId'>,
): Promise<TrainingState> {
  const { runId, config, record, status } = context;
  await record(() => recordSteps.startRun({ runId, config, from, sweepId }));
  status.open();
  if (until !== undefined) requireEvaluated(config, until);
  const restored = from === undefined ? null : await record(() => recordSteps.restoreRun({ from }));
  if (restored === null) return await establishBaseline(context);
  return await goOn(context, restored);
}

/** The dev scores at `until` are what the run is stopped for. */
function requireEvaluated(config: ExperimentConfig, until: number): void {
  if (isEvaluated(config, until)) return;
  throw ApplicationFailure.create({
    message: `until: update ${until} is not an evaluated one; evaluation.everyUpdates is ${config.evaluation.everyUpdates}`,
    type: 'UserError',
    nonRetryable: true,
  });
}

async function goOn(context: RunContext, restored: NonNullable<RestoreRunOutput>): Promise<TrainingState> {
  const { config } = context;
  const { state } = restored;
  context.state = state;
  // The time between the two executions is not the run's.
  state.startedAtMs = Date.now() - state.seconds.total * 1000;

  const { grpo, rollout } = restored;
  const { update } = state.policy;
  const changed = !isSameValue([grpo, rollout], [config.grpo, config.rollout]);
  const unscored = update > 0 && isEvaluated(config, update) && !state.dev.some((point) => point.update === update);
  // Updates to replay belong to the settings they were made with, and a policy that may be chosen in the end is kept whole.
  if (state.policy.replay.length > 0 && (changed || unscored))
    state.policy = await snapshot(context, state.policy, restored);
  if (unscored) {
    context.phase = 'evaluate';
    await timed(state.seconds, 'evaluate', () => evaluateOnDev(context, state));
  }
  return state;
}

async function snapshot(
  { runId, config, compute, record }: RunContext,
  policy: PolicyState,
  { grpo, rollout }: NonNullable<RestoreRunOutput>,
): Promise<PolicyState> {
  const written = await compute(() => policySteps.snapshotPolicy({ policy, grpo, rollout, ...engineOf(config) }));
  const { update, snapshot: checkpoint } = written.policy;
  // Adds the snapshot to an update whose metrics and rollout are recorded already.
  await record(() => recordSteps.recordMetrics({ runId, update, metrics: {}, scored: [], gradients: [], checkpoint }));
  return written.policy;
}
