/** Inputs of the steps, made from the config and what came before: one place for the workflow that runs them and the dry run that looks them up. */
import type { ArtifactRef } from './artifact.ts';
import type { Engine } from './device.ts';
import type { ExperimentConfig } from './experiment-config.ts';
import type { SplitName, TrainingState } from './run.ts';
import type * as steps from './steps.ts';

/** The CPU is left out: inputs without a device are those of versions that knew no other, so their caches and histories hold. */
export function engineOf({ threads, device }: Engine): Engine {
  return { threads, ...(device !== undefined && device !== 'cpu' && { device }) };
}

/** What prompts are made of is kept in the dataset, so that no other step depends on files. */
export function prepareDatasetInput({
  dataset,
  database,
  prompt,
}: Pick<ExperimentConfig, 'dataset' | 'database'> & {
  prompt?: ExperimentConfig['prompt'];
}): steps.PrepareDatasetInput {
  return { dataset, database, ...(isInWords(prompt) && { prompt }) };
}

/** Prompts without placeholders; configs of earlier versions have no such group. */
function isInWords(prompt: ExperimentConfig['prompt'] | undefined): boolean {
  return prompt !== undefined && prompt.style !== 'placeholder';
}

/** The config of a run with another split in the place of its test split. */
export function onSplit(config: ExperimentConfig, split: string): ExperimentConfig {
  return { ...config, dataset: { ...config.dataset, test: split } };
}

export function warmStartInput(config: ExperimentConfig, dataset: ArtifactRef): steps.WarmStartInput {
  const { policy, prompt, warmStart, rollout, seed } = config;
  const { maxTokens } = rollout;
  return { dataset, policy, warmStart, seed, ...engineOf(config), ...(isInWords(prompt) && { maxTokens }) };
}

/** The policy before any update. */
export function basePolicy(checkpoint: ArtifactRef): steps.PolicyState {
  return { base: checkpoint, snapshot: checkpoint, update: 0, replay: [] };
}

/** The shards of a config, in order. */
export function shardsOf({ shards }: ExperimentConfig): steps.Shard[] {
  return Array.from({ length: shards }, (_, index) => ({ index, of: shards }));
}

export function evaluatePolicyInput(
  config: ExperimentConfig,
  dataset: ArtifactRef,
  split: SplitName,
  policy: steps.PolicyState,
  shard: steps.Shard,
): steps.EvaluatePolicyInput {
  const { grpo, rollout, database } = config;
  return { dataset, split, policy, grpo, rollout, database, ...engineOf(config), shard };
}

export function generateRolloutInput(
  config: ExperimentConfig,
  { prepared, policy, previous }: Pick<TrainingState, 'prepared' | 'policy' | 'previous'>,
  shard: steps.Shard,
): steps.GenerateRolloutInput {
  const { rollout, grpo, seed, database } = config;
  return {
    dataset: prepared.dataset,
    policy,
    previous: previous.map(({ rewards }) => rewards),
    update: policy.update + 1,
    rollout,
    grpo,
    seed,
    ...engineOf(config),
    shard,
    // configs of earlier versions have no such field
    ...((rollout.repairTurns ?? 0) > 0 && { database }),
  };
}

export function scoreCompletionsInput(
  { reward, database }: ExperimentConfig,
  { prepared, policy, previous }: Pick<TrainingState, 'prepared' | 'policy' | 'previous'>,
  rollout: ArtifactRef,
  shard: steps.Shard,
): steps.ScoreCompletionsInput {
  return {
    dataset: prepared.dataset,
    rollout,
    update: policy.update + 1,
    previous: previous.map(({ rewards }) => rewards),
    reward,
    database,
    shard,
  };
}

/** What an update learns from: what people may look at beside it does not travel with the policy. */
export function learnedFrom(scored: readonly steps.ScoredRollout[]): steps.ScoredRollout[] {
  return scored.map(({ rollout, rewards }) => ({ rollout, rewards }));
}

/** `applied`: the summed gradients of the inner iterations before, where there was one. */
export function computeGradientInput(
  config: ExperimentConfig,
  policy: steps.PolicyState,
  scored: steps.ScoredRollout[],
  { iteration, applied }: { iteration: number; applied: ArtifactRef[] },
  shard: steps.Shard,
): steps.ComputeGradientInput {
  const { grpo, rollout } = config;
  const update = policy.update + 1;
  return { policy, scored: learnedFrom(scored), update, iteration, applied, grpo, rollout, ...engineOf(config), shard };
}

export function updatePolicyInput(
  config: ExperimentConfig,
  policy: steps.PolicyState,
  scored: steps.ScoredRollout[],
  gradients: steps.ReducedGradient[],
): steps.UpdatePolicyInput {
  const { grpo, rollout } = config;
  const update = policy.update + 1;
  const snapshot = isSnapshot(config, update);
  return { policy, scored: learnedFrom(scored), gradients, update, snapshot, grpo, rollout, ...engineOf(config) };
}

/** Whether the policy after an update is scored on dev. */
export function isEvaluated({ evaluation, grpo }: ExperimentConfig, update: number): boolean {
  return update % evaluation.everyUpdates === 0 || update === grpo.updates;
}

/** A policy that is evaluated may be chosen in the end, so it is kept as a snapshot too. */
export function isSnapshot(config: ExperimentConfig, update: number): boolean {
  return update % config.checkpoints.everyUpdates === 0 || isEvaluated(config, update);
}
