/** Inputs and outputs of the experiment's steps: small, typed, and made of references only. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import {
  DatasetConfig,
  GrpoConfig,
  PolicyConfig,
  RewardConfig,
  RolloutConfig,
  WarmStartConfig,
} from './experiment-config.ts';

/** A rollout with its rewards: what one update learns from. */
export const ScoredRollout = z.object({ rollout: ArtifactRef, rewards: ArtifactRef });
export type ScoredRollout = z.infer<typeof ScoredRollout>;

/**
 * A policy at a given update: the last snapshot and the scored rollouts applied since. Rollouts are the log, checkpoints
 * are snapshots: a process that lost its memory rebuilds the policy by replaying `replay`, without sampling again.
 */
export const PolicyState = z.object({
  /** The policy before GRPO: the reference that a KL penalty holds on to. */
  base: ArtifactRef,
  snapshot: ArtifactRef,
  update: z.number().int().nonnegative(),
  replay: z.array(ScoredRollout),
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
  byType: z.record(z.string(), z.object({ n: z.number().int(), correct: z.number().int(), failed: z.number().int() })),
});
export type Scores = z.infer<typeof Scores>;

export const PrepareDatasetInput = z.object({ dataset: DatasetConfig, database: z.string() });
export type PrepareDatasetInput = z.infer<typeof PrepareDatasetInput>;
export const PrepareDatasetOutput = z.object({
  dataset: ArtifactRef,
  /** How results on it are labelled: the benchmark's name, or the built-in world's. */
  label: z.string(),
  questions: z.record(z.string(), z.number().int()),
  /** Questions per split whose answer no query over the data can give; they are kept and count as wrong. */
  outsideData: z.record(z.string(), z.number().int()).optional(),
});
export type PrepareDatasetOutput = z.infer<typeof PrepareDatasetOutput>;

export const WarmStartInput = z.object({
  dataset: ArtifactRef,
  policy: PolicyConfig,
  warmStart: WarmStartConfig,
  seed: z.number().int(),
  threads: z.number().int(),
});
export type WarmStartInput = z.infer<typeof WarmStartInput>;
export const WarmStartOutput = z.object({ checkpoint: ArtifactRef, metrics: Metrics });
export type WarmStartOutput = z.infer<typeof WarmStartOutput>;

export const EvaluatePolicyInput = z.object({
  dataset: ArtifactRef,
  split: z.enum(['train', 'dev', 'test']),
  policy: PolicyState,
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  database: z.string(),
  threads: z.number().int(),
});
export type EvaluatePolicyInput = z.infer<typeof EvaluatePolicyInput>;
export const EvaluatePolicyOutput = z.object({ scores: Scores, predictions: ArtifactRef });
export type EvaluatePolicyOutput = z.infer<typeof EvaluatePolicyOutput>;

export const GenerateRolloutInput = z.object({
  dataset: ArtifactRef,
  policy: PolicyState,
  /** Scored rollout of the update before: carries how well each prompt is solved, which steers the draw. */
  previous: ArtifactRef.nullable(),
  /** 1-based number of the update this rollout is for. */
  update: z.number().int().positive(),
  rollout: RolloutConfig,
  grpo: GrpoConfig,
  seed: z.number().int(),
  threads: z.number().int(),
});
export type GenerateRolloutInput = z.infer<typeof GenerateRolloutInput>;
export const GenerateRolloutOutput = z.object({ rollout: ArtifactRef, metrics: Metrics });
export type GenerateRolloutOutput = z.infer<typeof GenerateRolloutOutput>;

export const ScoreCompletionsInput = z.object({
  dataset: ArtifactRef,
  rollout: ArtifactRef,
  /** Update the rollout is for. */
  update: z.number().int().positive(),
  /** Rewards of the update before, whose record of solved prompts is carried on. */
  previous: ArtifactRef.nullable(),
  reward: RewardConfig,
  database: z.string(),
});
export type ScoreCompletionsInput = z.infer<typeof ScoreCompletionsInput>;
export const ScoreCompletionsOutput = z.object({ rewards: ArtifactRef, metrics: Metrics });
export type ScoreCompletionsOutput = z.infer<typeof ScoreCompletionsOutput>;

export const UpdatePolicyInput = z.object({
  policy: PolicyState,
  scored: ScoredRollout,
  update: z.number().int().positive(),
  /** Write a snapshot with optimizer state after this update. */
  snapshot: z.boolean(),
  grpo: GrpoConfig,
  rollout: RolloutConfig,
  threads: z.number().int(),
});
export type UpdatePolicyInput = z.infer<typeof UpdatePolicyInput>;
export const UpdatePolicyOutput = z.object({ policy: PolicyState, metrics: Metrics });
export type UpdatePolicyOutput = z.infer<typeof UpdatePolicyOutput>;

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
