/** Inputs and outputs of the experiment's steps: small, typed, and made of references only. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { engineFields } from './device.ts';
import {
  DatasetConfig,
  GrpoConfig,
  PolicyConfig,
  RewardConfig,
  RolloutConfig,
  WarmStartConfig,
} from './experiment-config.ts';
import { PromptConfig } from './prompt-config.ts';

/**
 * One of the fixed parts of a step. How many parts there are is a setting of the experiment (`shards`), never a matter of
 * how many workers there are, so that the result does not depend on them.
 */
export const Shard = z.object({ index: z.number().int().nonnegative(), of: z.number().int().positive() });
export type Shard = z.infer<typeof Shard>;

/**
 * A rollout, or one shard of it, with its rewards: what an update learns from. `executions` says what its queries returned, for
 * people to look at; runs of earlier versions lack it.
 */
export const ScoredRollout = z.object({
  rollout: ArtifactRef,
  rewards: ArtifactRef,
  executions: ArtifactRef.optional(),
});
export type ScoredRollout = z.infer<typeof ScoredRollout>;

/**
 * One update as the log keeps it: replaying it needs the scored rollout, from which the gradient is computed again, or,
 * where the gradient was computed in shards, the summed gradient of each inner iteration. One of the two lists is empty.
 */
export const AppliedUpdate = z.object({ scored: z.array(ScoredRollout), gradients: z.array(ArtifactRef) });
export type AppliedUpdate = z.infer<typeof AppliedUpdate>;

/**
 * A policy at a given update: the last snapshot and the updates applied since. Rollouts are the log, checkpoints
 * are snapshots: a process that lost its memory rebuilds the policy by replaying `replay`, without sampling again.
 */
export const PolicyState = z.object({
  /** The policy before GRPO: the reference that a KL penalty holds on to. */
  base: ArtifactRef,
  snapshot: ArtifactRef,
  update: z.number().int().nonnegative(),
  replay: z.array(AppliedUpdate),
});
export type PolicyState = z.infer<typeof PolicyState>;

export const Metrics = z.record(z.string(), z.number());
export type Metrics = z.infer<typeof Metrics>;

/** Scores of one policy on one split (greedy decoding). Shares are in [0, 1]. */
export const Scores = z.object({
  n: z.number().int(),
  correct: z.number().int(),
  accuracy: z.number(),
  failed: z.number().int(),
  errorRate: z.number(),
  ems: z.number(),
  rems: z.number(),
  /** Mean of every comparator (comparators.ts); left out by earlier versions. */
  comparators: z.record(z.string(), z.number()).optional(),
  /** What there was after each turn, the first without any repair; only with rollout.repairTurns, the last as above. */
  afterTurns: z.array(z.object({ correct: z.number().int(), failed: z.number().int() })).optional(),
  byType: z.record(z.string(), z.object({ n: z.number().int(), correct: z.number().int(), failed: z.number().int() })),
});
export type Scores = z.infer<typeof Scores>;

export const PrepareDatasetInput = z.object({
  dataset: DatasetConfig,
  database: z.string(),
  /** Left out for prompts of style placeholder. */
  prompt: PromptConfig.optional(),
});
export type PrepareDatasetInput = z.infer<typeof PrepareDatasetInput>;
export const PrepareDatasetOutput = z.object({
  dataset: ArtifactRef,
  /** How results on it are labelled: the benchmark's name, or the built-in world's. */
  label: z.string(),
  questions: z.record(z.string(), z.number().int()),
  /** Questions per split whose answer no query over the data can give; they are kept and count as wrong. */
  outsideData: z.record(z.string(), z.number().int()).optional(),
  /** What the dataset names: named here too, so that a lost one is known to be made by this step. */
  databases: z.array(ArtifactRef).optional(),
});
export type PrepareDatasetOutput = z.infer<typeof PrepareDatasetOutput>;

export const WarmStartInput = z.object({
  dataset: ArtifactRef,
  policy: PolicyConfig,
  warmStart: WarmStartConfig,
  seed: z.number().int(),
  ...engineFields,
  /** Room that prompts leave for a completion, in tokens; left out for prompts of style placeholder. */
  maxTokens: z.number().int().optional(),
});
export type WarmStartInput = z.infer<typeof WarmStartInput>;
export const WarmStartOutput = z.object({
  checkpoint: ArtifactRef,
  /** With LoRA: the whole model that the adapter in `checkpoint` is over. Named so that a lost one is known to be made by this step. */
  model: ArtifactRef.optional(),
  metrics: Metrics,
});
export type WarmStartOutput = z.infer<typeof WarmStartOutput>;

export const EvaluatePolicyInput = z.object({
  dataset: ArtifactRef,
  split: z.enum(['train', 'dev', 'test']),
  policy: PolicyState,
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  database: z.string(),
  ...engineFields,
  shard: Shard,
});
export type EvaluatePolicyInput = z.infer<typeof EvaluatePolicyInput>;
export const EvaluatePolicyOutput = z.object({ scores: Scores, predictions: ArtifactRef });
export type EvaluatePolicyOutput = z.infer<typeof EvaluatePolicyOutput>;

/** Joins the evaluations of all shards, in their order, into one with the predictions in the split's order. */
export const MergeEvaluationsInput = z.object({
  dataset: ArtifactRef,
  split: z.enum(['train', 'dev', 'test']),
  parts: z.array(EvaluatePolicyOutput),
});
export type MergeEvaluationsInput = z.infer<typeof MergeEvaluationsInput>;

export const GenerateRolloutInput = z.object({
  dataset: ArtifactRef,
  policy: PolicyState,
  /** Rewards of the update before, one for each shard (none at first): they know how well each prompt is solved. */
  previous: z.array(ArtifactRef),
  /** 1-based number of the update this rollout is for. */
  update: z.number().int().positive(),
  rollout: RolloutConfig,
  grpo: GrpoConfig,
  seed: z.number().int(),
  ...engineFields,
  /** Every shard draws the same prompts and samples those whose place in the draw is `index` modulo `of`. */
  shard: Shard,
  /** Where queries run between turns; left out without rollout.repairTurns. */
  database: z.string().optional(),
  /** To make a rollout of a server again: the stored one, whose samples are taken as they are. */
  served: ArtifactRef.optional(),
});
export type GenerateRolloutInput = z.infer<typeof GenerateRolloutInput>;
export const GenerateRolloutOutput = z.object({
  rollout: ArtifactRef,
  metrics: Metrics,
  /** Seconds spent sampling: says how fast this machine was, so it is kept with the step and is no metric of the run. */
  samplingSeconds: z.number(),
});
export type GenerateRolloutOutput = z.infer<typeof GenerateRolloutOutput>;

export const ScoreCompletionsInput = z.object({
  dataset: ArtifactRef,
  rollout: ArtifactRef,
  /** Update the rollout is for. */
  update: z.number().int().positive(),
  /** Rewards of the update before, whose record of solved prompts is carried on. */
  previous: z.array(ArtifactRef),
  reward: RewardConfig,
  database: z.string(),
  /** Which shard of the update the rollout is (all of it when left out): the first carries on what is known of all prompts. */
  shard: Shard.optional(),
});
export type ScoreCompletionsInput = z.infer<typeof ScoreCompletionsInput>;
export const ScoreCompletionsOutput = z.object({
  rewards: ArtifactRef,
  /** Left out by earlier versions, whose outputs stand in histories. */
  executions: ArtifactRef.optional(),
  metrics: Metrics,
});
export type ScoreCompletionsOutput = z.infer<typeof ScoreCompletionsOutput>;

/** Gradient of one shard at one inner iteration: of the loss over this shard's groups, normalised by the whole batch. */
export const ComputeGradientInput = z.object({
  policy: PolicyState,
  scored: z.array(ScoredRollout),
  update: z.number().int().positive(),
  /** 0-based inner iteration; the gradients of those before are applied first. */
  iteration: z.number().int().nonnegative(),
  applied: z.array(ArtifactRef),
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  ...engineFields,
  shard: Shard,
});
export type ComputeGradientInput = z.infer<typeof ComputeGradientInput>;

/** Sums that loss metrics are made of, as packages/grpo defines them. */
const LossSums = z.object({
  tokens: z.number(),
  ratios: z.number(),
  kl: z.number().nullable(),
  entropy: z.number().nullable(),
  lowClipped: z.number(),
  highClipped: z.number(),
  cispo: z.boolean(),
});

/** `gradient` is null when no group of the shard (or of any, once reduced) carries a signal. */
export const ComputeGradientOutput = z.object({
  gradient: ArtifactRef.nullable(),
  loss: z.number(),
  sums: z.array(LossSums),
  /** Largest difference between the log-probabilities of sampler and trainer; of the first iteration only. */
  samplerLogProbGap: z.number(),
});
export type ComputeGradientOutput = z.infer<typeof ComputeGradientOutput>;

/** Adds up the gradients of all shards in their order. */
export const ReduceGradientsInput = z.object({ parts: z.array(ComputeGradientOutput) });
export type ReduceGradientsInput = z.infer<typeof ReduceGradientsInput>;
/** The same of all shards together. */
export type ReducedGradient = ComputeGradientOutput;

export const UpdatePolicyInput = z.object({
  policy: PolicyState,
  /** The rollout with its rewards, all shards in order. */
  scored: z.array(ScoredRollout),
  /** With several shards: the summed gradient of each inner iteration, to be applied as it is; empty with one. */
  gradients: z.array(ComputeGradientOutput),
  update: z.number().int().positive(),
  /** Write a snapshot with optimizer state after this update. */
  snapshot: z.boolean(),
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  ...engineFields,
});
export type UpdatePolicyInput = z.infer<typeof UpdatePolicyInput>;
export const UpdatePolicyOutput = z.object({ policy: PolicyState, metrics: Metrics });
export type UpdatePolicyOutput = z.infer<typeof UpdatePolicyOutput>;

/** Writes a policy with updates to replay as a snapshot, before it goes on with other settings than those were made with. */
export const SnapshotPolicyInput = z.object({
  policy: PolicyState,
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  ...engineFields,
});
export type SnapshotPolicyInput = z.infer<typeof SnapshotPolicyInput>;
export const SnapshotPolicyOutput = z.object({ policy: PolicyState });
export type SnapshotPolicyOutput = z.infer<typeof SnapshotPolicyOutput>;

/** Paired comparison of two policies on the same questions. */
export const PairedComparison = z.object({
  /** Accuracy difference in percentage points. */
  points: z.number(),
  /** 95 % interval of `points` from a paired bootstrap over questions. */
  ci95: z.tuple([z.number(), z.number()]),
  /** Exact McNemar p. */
  mcnemarP: z.number(),
});
export type PairedComparison = z.infer<typeof PairedComparison>;
