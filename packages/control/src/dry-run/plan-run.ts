/** What a run would do and what is cached, found by following its steps as the workflow makes them without doing any. */
import {
  basePolicy,
  computeGradientInput,
  type ExperimentConfig,
  type GenerateRolloutOutput,
  generateRolloutInput,
  isEvaluated,
  type PolicyState,
  type PrepareDatasetOutput,
  prepareDatasetInput,
  type ReducedGradient,
  type ScoreCompletionsOutput,
  type ScoredRollout,
  scoreCompletionsInput,
  shardsOf,
  type UpdatePolicyOutput,
  updatePolicyInput,
  type WarmStartOutput,
  warmStartInput,
} from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { estimateSeconds } from './estimate-seconds.ts';
import { evaluate, type LookUpStep, type PlannedStep, StepChain } from './step-chain.ts';

export interface PlanSources {
  /** Undefined where nothing was ever run. */
  store: Store | undefined;
  lookUpStep: LookUpStep;
}

export interface RunPlan {
  /** Given by whoever plans several runs. */
  runId?: string;
  /** Every step in order, one for each shard. */
  steps: PlannedStep[];
  updates: number;
  /** The first so many updates are cached whole. */
  updatesCached: number;
  /** Of what is not cached, on one worker; null when no earlier run tells. */
  estimatedSeconds: number | null;
}

/** Follows the steps of a config for as long as their outputs are cached. Throws UserError for a source that cannot be found. */
export async function planRun({ store, lookUpStep }: PlanSources, config: ExperimentConfig): Promise<RunPlan> {
  const chain = new StepChain(lookUpStep);
  const prepared = await chain.take<PrepareDatasetOutput>('prepareDataset', prepareDatasetInput(config));
  const warm = await chain.take<WarmStartOutput>('warmStart', prepared && warmStartInput(config, prepared.dataset));
  let policy = warm && basePolicy(warm.checkpoint);
  await evaluate(chain, config, prepared, 'dev', policy);
  await evaluate(chain, config, prepared, 'test', policy);

  let previous: ScoredRollout[] = [];
  let updatesCached = 0;
  let best: { policy: PolicyState; accuracy: number } | null = null;
  let devKnown = true;
  for (let update = 1; update <= config.grpo.updates; update++) {
    const state = prepared && policy && { prepared, policy, previous };
    const scored = await rollOut(chain, config, state);
    policy = await applyUpdate(chain, config, scored && policy, scored ?? []);
    previous = scored ?? [];
    if (policy) updatesCached = update;
    if (!isEvaluated(config, update)) continue;
    const dev = await evaluate(chain, config, prepared, 'dev', policy);
    devKnown &&= dev !== null;
    if (policy && dev && (best === null || dev.scores.accuracy >= best.accuracy))
      best = { policy, accuracy: dev.scores.accuracy };
  }
  await evaluate(chain, config, prepared, 'test', devKnown && best ? best.policy : null);
  return {
    steps: chain.steps,
    updates: config.grpo.updates,
    updatesCached,
    estimatedSeconds: await estimateSeconds(store, config, chain.steps),
  };
}

async function rollOut(
  chain: StepChain,
  config: ExperimentConfig,
  state: Parameters<typeof generateRolloutInput>[1] | null,
): Promise<ScoredRollout[] | null> {
  const shards = shardsOf(config);
  const sampled = await chain.takeAll<GenerateRolloutOutput>(
    'generateRollout',
    shards.map((shard) => state && generateRolloutInput(config, state, shard)),
  );
  const rewarded = await chain.takeAll<ScoreCompletionsOutput>(
    'scoreCompletions',
    shards.map((shard, index) => {
      const rollout = sampled?.[index]?.rollout;
      return state && rollout ? scoreCompletionsInput(config, state, rollout, shard) : null;
    }),
  );
  if (sampled === null || rewarded === null) return null;
  return sampled.map(({ rollout }, index) => ({
    rollout,
    rewards: (rewarded[index] as ScoreCompletionsOutput).rewards,
  }));
}

async function applyUpdate(
  chain: StepChain,
  config: ExperimentConfig,
  policy: PolicyState | null,
  scored: ScoredRollout[],
): Promise<PolicyState | null> {
  const gradients: ReducedGradient[] = [];
  let known = policy !== null;
  const iterations = config.shards === 1 ? 0 : config.grpo.innerIterations;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const applied = gradients.flatMap(({ gradient }) => gradient ?? []);
    const parts = await chain.takeAll(
      'computeGradient',
      shardsOf(config).map((shard) =>
        policy && known ? computeGradientInput(config, policy, scored, { iteration, applied }, shard) : null,
      ),
    );
    const reduced = await chain.take<ReducedGradient>('reduceGradients', parts && { parts });
    known &&= reduced !== null;
    if (reduced !== null) gradients.push(reduced);
  }
  const input = policy && known ? updatePolicyInput(config, policy, scored, gradients) : null;
  return (await chain.take<UpdatePolicyOutput>('updatePolicy', input))?.policy ?? null;
}
