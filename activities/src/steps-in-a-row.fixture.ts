/** The training steps of a run in a row, in one process: what the workflow does, for tests of the steps. */
import {
  type ArtifactRef,
  basePolicy,
  type ComputeGradientOutput,
  combineMetrics,
  computeGradientInput,
  type ExperimentConfig,
  generateRolloutInput,
  type Metrics,
  type PolicyState,
  type PrepareDatasetOutput,
  type ReducedGradient,
  type ScoredRollout,
  type Shard,
  type StepContext,
  scoreCompletionsInput,
  shardsOf,
  updatePolicyInput,
} from '@queryloop/contracts';
import { computeGradient } from './compute-gradient.ts';
import { generateRollout } from './generate-rollout.ts';
import { reduceGradients } from './reduce-gradients.ts';
import { releasePolicies } from './resident-policy.ts';
import { scoreCompletions } from './score-completions.ts';
import { updatePolicy } from './update-policy.ts';

/** A run between two updates. */
export interface RunState {
  prepared: PrepareDatasetOutput;
  policy: PolicyState;
  previous: ScoredRollout[];
  metrics: Metrics;
}

export interface Habits {
  /** Order in which shards are computed; what comes out must not depend on it. */
  order?: (shards: Shard[]) => Shard[];
  /** Empties the memory before every step, as when each ran in a process of its own. */
  forgetful?: boolean;
}

export function startOf(prepared: PrepareDatasetOutput, checkpoint: ArtifactRef): RunState {
  return { prepared, policy: basePolicy(checkpoint), previous: [], metrics: {} };
}

/** Does the next update of a run. */
export async function nextUpdate(
  config: ExperimentConfig,
  state: RunState,
  context: StepContext,
  { order = (shards) => shards, forgetful = false }: Habits = {},
): Promise<RunState> {
  const step = async <Output>(run: () => Promise<Output>): Promise<Output> => {
    if (forgetful) await releasePolicies();
    return run();
  };
  const shards = shardsOf(config);
  const metrics: Metrics[] = [];
  const scored: ScoredRollout[] = [];
  for (const shard of order(shards)) {
    const sampled = await step(() => generateRollout(generateRolloutInput(config, state, shard), context));
    const { rollout } = sampled;
    const { metrics: ofScoring, ...outputs } = await scoreCompletions(
      scoreCompletionsInput(config, state, rollout, shard),
      context,
    );
    scored[shard.index] = { rollout, ...outputs };
    metrics[shard.index] = { ...sampled.metrics, ...ofScoring };
  }
  const gradients: ReducedGradient[] = [];
  for (let iteration = 0; shards.length > 1 && iteration < config.grpo.innerIterations; iteration++) {
    const applied = gradients.flatMap(({ gradient }): ArtifactRef[] => (gradient ? [gradient] : []));
    const parts: ComputeGradientOutput[] = [];
    for (const shard of order(shards)) {
      parts[shard.index] = await step(() =>
        computeGradient(computeGradientInput(config, state.policy, scored, { iteration, applied }, shard), context),
      );
    }
    gradients.push(await reduceGradients({ parts }, context));
  }
  const updated = await step(() => updatePolicy(updatePolicyInput(config, state.policy, scored, gradients), context));
  return {
    prepared: state.prepared,
    policy: updated.policy,
    previous: scored,
    metrics: { ...combineMetrics(metrics), ...updated.metrics },
  };
}
