/** What `queryloop export` writes and `queryloop verify` reads (docs/export.md), and the step that does updates of an export again. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { engineFields } from './device.ts';
import { DatasetConfig, ExperimentConfig } from './experiment-config.ts';
import { RunPlace, RunResult } from './run.ts';
import { Metrics, PolicyState, ScoredRollout } from './steps.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `run.json`: what the run was, and what it was exported with. */
export const ExportedRun = z.object({
  runId: z.string(),
  /** As it was in the end; `changes` leads back to what earlier updates were made with. Passwords are left out. */
  config: ExperimentConfig,
  /** Settings changed when the run went on from `update`; those after it were made with `to`. */
  changes: z.array(z.object({ update: z.number().int(), field: z.string(), from: z.unknown(), to: z.unknown() })),
  /** The last update shared with the run that this one is a branch of. */
  parent: RunPlace.nullable(),
  dataset: z.object({
    label: z.string(),
    prepared: ArtifactRef,
    questions: z.record(z.string(), z.number().int()),
    /** Database of each split. */
    databases: z.record(z.string(), ArtifactRef),
  }),
  result: RunResult,
  /** Of the machine that wrote the export: another kind of processor or build may differ in the last bits. */
  exportedWith: z.object({
    queryloop: z.string(),
    commit: z.string().nullable(),
    /** SHA-256 of the sources that steps are made of, as in the key of the step cache. */
    codeVersion: Sha256,
    node: z.string(),
    tensorflow: z.string().nullable(),
    processor: z.string(),
  }),
});
export type ExportedRun = z.infer<typeof ExportedRun>;

/** One update in the chain: what it was made from and what it made. */
export const ExportedUpdate = z.object({
  update: z.number().int().positive(),
  /** The policy before it: a snapshot, and the updates since. */
  from: z.object({ update: z.number().int().nonnegative(), snapshot: ArtifactRef }),
  /** SHA-256 of the PolicyState's canonical JSON. */
  policyBefore: Sha256,
  /** One for each shard. */
  scored: z.array(ScoredRollout),
  /** Summed gradients, with several shards. */
  gradients: z.array(ArtifactRef),
  /** The policy after it, where it was written. */
  snapshot: ArtifactRef.nullable(),
  /** SHA-256 of the canonical JSON of its metrics, which stand in `metrics.jsonl`. */
  metrics: Sha256,
  /** Hash of the entry before; of the first: of the export's `start`. */
  previous: Sha256,
  /** SHA-256 of the canonical JSON of all of the above. */
  hash: Sha256,
});
export type ExportedUpdate = z.infer<typeof ExportedUpdate>;

/** `manifest.json`. */
export const ExportManifest = z.object({
  format: z.literal('queryloop-export/1'),
  runId: z.string(),
  base: ArtifactRef,
  /** Whether the artifacts are there that updates are done again from. */
  rollouts: z.boolean(),
  /** SHA-256 of the canonical JSON of `base`, and the hashes of run.json and of the metrics of update 0. */
  start: Sha256,
  updates: z.array(ExportedUpdate),
  /** Every other file, by path. */
  files: z.array(z.object({ path: z.string(), sha256: Sha256, bytes: z.number().int().nonnegative() })),
  /** SHA-256 of the canonical JSON of the last entry's hash and `files`: it stands for the whole export. */
  head: Sha256,
});
export type ExportManifest = z.infer<typeof ExportManifest>;

/** An update to be done again, with what it was made from. */
export const RepeatedUpdate = z.object({
  update: z.number().int().positive(),
  /** As it was at this update. */
  config: ExperimentConfig,
  policy: PolicyState,
  previous: z.array(ScoredRollout),
  /** Write the policy after it. */
  snapshot: z.boolean(),
  /** Config of the next update, whose rollout then tells whether the weights are those of the run; null at the end. */
  next: ExperimentConfig.nullable(),
  /**
   * Where a server sampled (rollout.server): the stored rollouts of the shards, and the first of the next update. Their samples are
   * taken as they are, as the server would not give them again; all else is done anew.
   */
  served: z.object({ scored: z.array(ArtifactRef), next: ArtifactRef.nullable() }).optional(),
});
export type RepeatedUpdate = z.infer<typeof RepeatedUpdate>;

export const RepeatUpdatesInput = z.object({
  /** Artifacts of the export, which are only read. */
  artifacts: z.string(),
  /** Takes the artifacts that are made. */
  work: z.string(),
  dataset: DatasetConfig,
  database: z.string(),
  /** The prepared dataset of the run: with another one nothing is repeated. */
  prepared: ArtifactRef,
  updates: z.array(RepeatedUpdate),
  ...engineFields,
});
export type RepeatUpdatesInput = z.infer<typeof RepeatUpdatesInput>;

export const RepeatUpdatesOutput = z.object({
  dataset: z.object({ label: z.string(), prepared: ArtifactRef }),
  updates: z.array(
    z.object({
      update: z.number().int(),
      scored: z.array(ScoredRollout),
      metrics: Metrics,
      snapshot: ArtifactRef.nullable(),
      /** First shard of the next update's rollout. */
      next: ArtifactRef.nullable(),
    }),
  ),
});
export type RepeatUpdatesOutput = z.infer<typeof RepeatUpdatesOutput>;
