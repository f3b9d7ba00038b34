/** One GRPO update: a rollout, its rewards, and a step of the optimizer, each in the shards of the config. */
import type {
  AppliedUpdate,
  ArtifactRef,
  Metrics,
  ReducedGradient,
  ScoredRollout,
  TrainingState,
} from '@queryloop/contracts';
import { combineMetrics } from '@queryloop/contracts/combine-metrics';
import {
  computeGradientInput,
  generateRolloutInput,
  scoreCompletionsInput,
  shardsOf,
  updatePolicyInput,
} from '@queryloop/contracts/step-inputs';
import type { RunContext } from './run-context.ts';
import { dataSteps, policySteps, sqlSteps } from './step-proxies.ts';
import { together } from './together.ts';

/** Moves `state` on by one update and gives its metrics, and the summed gradients of its inner iterations if there are shards. */
export async function applyUpdate(
  context: RunContext,
  state: TrainingState,
): Promise<{ metrics: Metrics; gradients: AppliedUpdate['gradients'] }> {
  const { config, compute } = context;
  const shards = shardsOf(config);
  // A shard is scored as soon as it is sampled, while others are still being sampled.
  const parts = await together(
    shards.map((shard) => async () => {
      const sampled = await compute(() => policySteps.generateRollout(generateRolloutInput(config, state, shard)));
      const { rollout } = sampled;
      const rewarded = await compute(() =>
        sqlSteps.scoreCompletions(scoreCompletionsInput(config, state, rollout, shard)),
      );
      const { metrics, ...outputs } = rewarded;
      return { scored: { rollout, ...outputs }, metrics: { ...sampled.metrics, ...metrics } };
    }),
  );
  const scored = parts.map((part) => part.scored);
  const gradients = shards.length === 1 ? [] : await sumGradients(context, state, scored);
  const updated = await compute(() =>
    policySteps.updatePolicy(updatePolicyInput(config, state.policy, scored, gradients)),
  );
  const metrics = { ...combineMetrics(parts.map((part) => part.metrics)), ...updated.metrics };
  state.policy = updated.policy;
  state.previous = scored;
  state.tokens += metrics['num_tokens'] ?? 0;
  return { metrics, gradients: gradients.flatMap(({ gradient }) => gradient ?? []) };
}

/** The gradient of each inner iteration, summed over the shards in their order. */
async function sumGradients(
  { config, compute }: RunContext,
  { policy }: TrainingState,
  scored: ScoredRollout[],
): Promise<ReducedGradient[]> {
  const gradients: ReducedGradient[] = [];
  for (let iteration = 0; iteration < config.grpo.innerIterations; iteration++) {
    const applied: ArtifactRef[] = gradients.flatMap(({ gradient }) => gradient ?? []);
    const parts = await together(
      shardsOf(config).map(
        (shard) => () =>
          compute(() =>
            policySteps.computeGradient(computeGradientInput(config, policy, scored, { iteration, applied }, shard)),
          ),
      ),
    );
    gradients.push(await compute(() => dataSteps.reduceGradients({ parts })));
  }
  return gradients;
}
