/** GRPO: update after update, each recorded beside the next one, with evaluations on dev between. */
import type { TrainingState } from '@queryloop/contracts';
import { isEvaluated } from '@queryloop/contracts/step-inputs';
import { applyUpdate } from './apply-update.ts';
import { evaluateOnDev } from './evaluate.ts';
import { type RunContext, timed } from './run-context.ts';
import { recordSteps } from './step-proxies.ts';

/** Updates whose metrics the progress query shows. */
const recentUpdates = 20;

/** Applies updates to `state` through `lastUpdate`, or until `isHistoryFull` asks for a fresh workflow execution. */
export async function train(
  context: RunContext,
  state: TrainingState,
  lastUpdate: number,
  isHistoryFull: (updates: number) => boolean,
): Promise<void> {
  // Writing an update down goes on beside the next one; awaiting it there keeps the writes in order.
  let recorded = Promise.resolve();
  try {
    for (let updates = 0; state.policy.update < lastUpdate && !isHistoryFull(updates); updates++) {
      context.phase = 'train';
      const applied = await timed(state.seconds, 'train', () => applyUpdate(context, state));
      await recorded;
      recorded = recordUpdate(context, state, applied);
      // It is awaited one update later; until then a failure must not count as unhandled.
      recorded.catch(() => undefined);
      const { update } = state.policy;
      state.recent = [...state.recent, { update, metrics: applied.metrics }].slice(-recentUpdates);
      if (isEvaluated(context.config, update)) {
        context.phase = 'evaluate';
        await timed(state.seconds, 'evaluate', () => evaluateOnDev(context, state));
      }
    }
  } finally {
    // However training ends, nothing is being written any more when the end is written down.
    await recorded.catch(() => undefined);
  }
  await recorded;
}

async function recordUpdate(
  { runId, config, record }: RunContext,
  { policy, previous: scored, base, best }: TrainingState,
  applied: Awaited<ReturnType<typeof applyUpdate>>,
): Promise<void> {
  const { update, snapshot } = policy;
  const checkpoint = policy.replay.length === 0 ? snapshot : null;
  await record(() => recordSteps.recordMetrics({ runId, update, ...applied, scored, checkpoint }));
  if (checkpoint === null) return;
  const keep = [base.policy.snapshot, ...(best === null ? [] : [best.policy.snapshot])];
  const { keepLast } = config.checkpoints;
  await record(() => recordSteps.pruneCheckpoints({ runId, keepLast, keep }));
}
