/** Scores a policy on a split, in the shards of the config, and records it. */
import type { ArtifactRef, EvaluatePolicyOutput, PolicyState, SplitName, TrainingState } from '@queryloop/contracts';
import { evaluatePolicyInput, shardsOf } from '@queryloop/contracts/step-inputs';
import type { RunContext } from './run-context.ts';
import { dataSteps, policySteps, recordSteps } from './step-proxies.ts';
import { together } from './together.ts';

export async function evaluate(
  context: Pick<RunContext, 'config' | 'compute'>,
  dataset: ArtifactRef,
  split: SplitName,
  policy: PolicyState,
): Promise<EvaluatePolicyOutput> {
  const { config } = context;
  const parts = await together(
    shardsOf(config).map(
      (shard) => () =>
        context.compute(() => policySteps.evaluatePolicy(evaluatePolicyInput(config, dataset, split, policy, shard))),
    ),
  );
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return await context.compute(() => dataSteps.mergeEvaluations({ dataset, split, parts }));
}

export async function recordEvaluation(
  { runId, record }: RunContext,
  update: number,
  split: SplitName,
  evaluation: EvaluatePolicyOutput,
): Promise<void> {
  await record(() => recordSteps.recordEvaluation({ runId, update, split, ...evaluation }));
}

/** Scores the present policy on dev; it becomes the best when it is no worse than the best before. */
export async function evaluateOnDev(context: RunContext, state: TrainingState): Promise<void> {
  const { policy } = state;
  const { update } = policy;
  const evaluation = await evaluate(context, state.prepared.dataset, 'dev', policy);
  await recordEvaluation(context, update, 'dev', evaluation);
  const dev = evaluation.scores;
  state.dev.push({ update, accuracy: dev.accuracy, errorRate: dev.errorRate });
  if (state.best === null || dev.accuracy >= state.best.dev.accuracy) state.best = { policy, dev };
  context.lastDev = { update, scores: dev };
}
