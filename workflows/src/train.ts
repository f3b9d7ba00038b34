/** GRPO: update after update, each a rollout, its rewards and a step of the optimizer, with evaluations on dev between. */
import type { ExperimentConfig, Metrics, TrainingState } from '@queryloop/contracts';
import { evaluationInput, type RunContext, timed } from './run-context.ts';
import { cpuSteps, policySteps, sqlSteps } from './step-proxies.ts';

/** Updates whose metrics the progress query shows. */
const recentUpdates = 20;

/** Applies updates to `state` until the last, or until `isHistoryFull` asks for a fresh workflow execution. */
export async function train(
  context: RunContext,
  state: TrainingState,
  isHistoryFull: (updates: number) => boolean,
): Promise<void> {
  const { config } = context;
  // Writing metrics goes on beside the next update; awaiting it there keeps the writes in order.
  let recorded = Promise.resolve();
  for (let updates = 0; state.policy.update < config.grpo.updates && !isHistoryFull(updates); updates++) {
    const update = state.policy.update + 1;
    const evaluates = isEvaluated(update, config);
    context.phase = 'train';
    const metrics = await timed(state.seconds, 'train', () => applyUpdate(context, state, update, evaluates));
    await recorded;
    recorded = record(context, state, update, metrics);
    state.recent = [...state.recent, { update, metrics }].slice(-recentUpdates);
    if (evaluates) {
      context.phase = 'evaluate';
      await timed(state.seconds, 'evaluate', () => evaluateOnDev(context, state, update));
    }
  }
  await recorded;
}

function isEvaluated(update: number, { evaluation, grpo }: ExperimentConfig): boolean {
  return update % evaluation.everyUpdates === 0 || update === grpo.updates;
}

async function applyUpdate(
  { config, steps }: RunContext,
  state: TrainingState,
  update: number,
  evaluates: boolean,
): Promise<Metrics> {
  const { grpo, rollout: sampling, seed, threads, reward, database } = config;
  const { dataset } = state.prepared;
  const previous = state.previous?.rewards ?? null;
  const sampled = await steps.run(() =>
    policySteps.generateRollout({
      dataset,
      policy: state.policy,
      previous,
      update,
      rollout: sampling,
      grpo,
      seed,
      threads,
    }),
  );
  const { rollout } = sampled;
  const rewarded = await steps.run(() =>
    sqlSteps.scoreCompletions({ dataset, rollout, update, previous, reward, database }),
  );
  const scored = { rollout, rewards: rewarded.rewards };
  // A policy that is evaluated may be chosen in the end, so it is kept as a snapshot.
  const snapshot = evaluates || update % config.checkpointEveryUpdates === 0;
  const updated = await steps.run(() =>
    policySteps.updatePolicy({ policy: state.policy, scored, update, snapshot, grpo, rollout: sampling, threads }),
  );
  state.policy = updated.policy;
  state.previous = scored;
  return { ...sampled.metrics, ...rewarded.metrics, ...updated.metrics };
}

function record({ runId }: RunContext, state: TrainingState, update: number, metrics: Metrics): Promise<void> {
  const checkpoint = state.policy.replay.length === 0 ? state.policy.snapshot : null;
  const recorded = cpuSteps.recordMetrics({ runId, update, metrics, scored: state.previous, checkpoint });
  // It is awaited one update later; until then a failure must not count as unhandled.
  recorded.catch(() => undefined);
  return recorded;
}

async function evaluateOnDev(
  { runId, config, steps }: RunContext,
  state: TrainingState,
  update: number,
): Promise<void> {
  const { policy } = state;
  const evaluation = await steps.run(() =>
    policySteps.evaluatePolicy(evaluationInput(config, state.prepared.dataset, 'dev', policy)),
  );
  await cpuSteps.recordEvaluation({ runId, update, split: 'dev', ...evaluation });
  const dev = evaluation.scores;
  state.dev.push({ update, accuracy: dev.accuracy, errorRate: dev.errorRate });
  if (state.best === null || dev.accuracy >= state.best.dev.accuracy) state.best = { policy, dev };
}
